package dev.zoetrope.decoder;

import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.engine.OutOfDeviceMemory;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.stage.OrderFailed;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whole frames first, and when memory does not admit them, ever smaller tiles. */
final class TileSizes {
    private static final Logger log = LoggerFactory.getLogger(TileSizes.class);
    private static final int GRAIN = 32;

    private final int smallest;

    TileSizes(int smallest) {
        this.smallest = smallest;
    }

    /**
     * The next smaller edge.
     *
     * @param size the edge that did not fit; 0 for whole frames
     * @return 0 when there is none
     */
    int smaller(int size, JobSpec spec) {
        int half = (size == 0 ? Math.max(spec.width(), spec.height()) : size) / 2 / GRAIN * GRAIN;
        return half < smallest ? 0 : half;
    }

    /** Runs with this edge, and with smaller ones while memory runs out. */
    <T> T shrinking(int size, JobSpec spec, Function<Tiling, T> run) {
        for (int edge = size; ; ) {
            try {
                return run.apply(edge == 0 ? Tiling.NONE : new Tiling(edge));
            } catch (OutOfDeviceMemory | OutOfMemoryError e) {
                int next = smaller(edge, spec);
                if (next == 0) {
                    throw new OrderFailed(
                            ProblemCode.OUT_OF_MEMORY,
                            "size: " + spec.width() + "x" + spec.height()
                                    + " does not fit this worker's memory, even in tiles of "
                                    + (edge == 0 ? "whole frames" : edge + " pixels"),
                            e);
                }
                log.atWarn()
                        .addKeyValue("tile", edge)
                        .addKeyValue("next", next)
                        .log("memory ran out, trying smaller tiles");
                edge = next;
            }
        }
    }
}
