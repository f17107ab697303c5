package dev.zoetrope.decoder;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.stage.FrameChunks;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.tensors.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Stores frames, as they come, in chunks of equal length; where the cuts are depends on the frames' size alone. */
final class ChunkWriter {
    private final Artifacts artifacts;
    private final StageContext context;
    private final IntFunction<String> key;
    private final int length;
    private final List<HostTensor> waiting = new ArrayList<>();
    private final List<ArtifactRef> chunks = new ArrayList<>();
    private int waitingFrames;

    ChunkWriter(Artifacts artifacts, StageContext context, IntFunction<String> key, int length) {
        this.artifacts = artifacts;
        this.context = context;
        this.key = key;
        this.length = length;
    }

    void write(HostTensor frames) {
        int size = Math.toIntExact(frames.size(0));
        for (int from = 0; from < size; ) {
            int to = Math.min(size, from + length - waitingFrames);
            waiting.add(FrameChunks.part(frames, from, to));
            waitingFrames += to - from;
            if (waitingFrames == length) store();
            from = to;
        }
    }

    /** Stores what is left. */
    List<ArtifactRef> finish() {
        if (waitingFrames > 0) store();
        return List.copyOf(chunks);
    }

    private void store() {
        String name = key.apply(chunks.size());
        HostTensor chunk = FrameChunks.join(waiting);
        chunks.add(context.patiently(() -> artifacts.putTensors(name, FrameChunks.content(chunk))));
        waiting.clear();
        waitingFrames = 0;
    }
}
