package dev.zoetrope.decoder;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.stage.OrderFailed;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.tensors.HostTensor;
import org.jspecify.annotations.Nullable;

/** The latents of a job's segments, as an order refers to them. */
final class SegmentLatents {
    private final Artifacts artifacts;
    private final Order order;
    private final StageContext context;

    SegmentLatents(Artifacts artifacts, Order order, StageContext context) {
        this.artifacts = artifacts;
        this.order = order;
        this.context = context;
    }

    /** F32 {@code [C, F, H, W]} of the whole window, with what it has in common with the segment before it. */
    HostTensor of(int segment) {
        ArtifactRef ref = order.jobArtifacts().segment(segment).latents();
        if (ref == null) {
            throw new OrderFailed(ProblemCode.BAD_ORDER, "expected latents of segment " + segment + ", but none came");
        }
        HostTensor latents = artifacts.tensors(ref).get("latents");
        context.read(ref.bytes());
        return latents;
    }

    /** The last latents of a segment, before one that continues it: as many as decoding that should be given, or all there are. */
    HostTensor upTo(int segment, int temporalFactor) {
        HostTensor latents = of(segment);
        Start.Continuing start = continued(segment);
        while (latents.size(1) < VideoAutoencoder.CONTEXT && start != null) {
            int shared = (start.frames() - 1) / temporalFactor + 1;
            HostTensor own = LatentFrames.last(latents, (int) latents.size(1) - shared);
            latents = LatentFrames.concat(of(start.segment()), own);
            start = continued(start.segment());
        }
        return LatentFrames.last(latents, VideoAutoencoder.CONTEXT);
    }

    private Start.@Nullable Continuing continued(int segment) {
        return order.spec().segment(segment).start().continued().orElse(null);
    }
}
