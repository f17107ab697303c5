package dev.zoetrope.denoiser;

import dev.zoetrope.artifacts.ArtifactDamaged;
import dev.zoetrope.artifacts.ArtifactException;
import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.ArtifactMissing;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Order.DenoisingOrder;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.tensors.Safetensors;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the steps of one segment: tells the progress, stores checkpoints in time, and ends the run when it is to be left off.
 * A checkpoint that cannot be stored costs nothing but the steps since the one before.
 */
final class Checkpoints implements Denoiser.StepListener {
    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);
    /** The version of the model that was at work, in the file's metadata. */
    private static final String MODEL = "model";

    private final Artifacts artifacts;
    private final DenoiserConfig config;
    private final StageContext context;
    private final String key;
    private final String version;
    private @Nullable ArtifactRef stored;
    private int storedStep;
    private long storedAt = System.nanoTime();

    /** @param version of the model: a checkpoint of other weights is stale */
    Checkpoints(
            Artifacts artifacts, DenoiserConfig config, DenoisingOrder order, String version, StageContext context) {
        this.artifacts = artifacts;
        this.config = config;
        this.context = context;
        this.key = ArtifactKeys.checkpoint(order.job(), order.segment());
        this.version = version;
    }

    /** What an earlier attempt stored last; null when there is nothing of use. */
    @Nullable
    Safetensors earlier() {
        ArtifactRef ref = artifacts.find(key).orElse(null);
        if (ref == null) return null;
        try {
            Safetensors checkpoint = artifacts.tensors(ref);
            context.read(ref.bytes());
            String came = checkpoint.metadata().get(MODEL);
            if (!version.equals(came)) {
                dismiss("model: expected " + version + ", but " + came + " came");
                return null;
            }
            stored = ref;
            return checkpoint;
        } catch (ArtifactDamaged | ArtifactMissing e) {
            // Another worker may just have replaced or deleted it; starting anew is right, if slow.
            dismiss(e.getMessage());
            return null;
        }
    }

    /** Nothing goes on from what was stored; the segment starts anew. */
    void dismiss(@Nullable String cause) {
        stored = null;
        log.atWarn().addKeyValue("artifact", key).addKeyValue("cause", cause).log("checkpoint is of no use");
    }

    /** The order by which another worker goes on. */
    DenoisingOrder rest(DenoisingOrder order) {
        return stored == null ? order : order.withCheckpoint(stored);
    }

    @Override
    public boolean afterStep(int step, int steps, Supplier<Safetensors> checkpoint) {
        context.progress(step, steps);
        if (step == steps) return true;
        boolean stop = context.stopRequested();
        if (stop || isDue(step)) store(step, checkpoint.get());
        return !stop;
    }

    private boolean isDue(int step) {
        return step - storedStep >= config.checkpointSteps()
                || System.nanoTime() - storedAt >= config.checkpointInterval().toNanos();
    }

    private void store(int step, Safetensors checkpoint) {
        try {
            Map<String, String> metadata = new HashMap<>(checkpoint.metadata());
            metadata.put(MODEL, version);
            stored = artifacts.putTensors(key, new Safetensors(checkpoint.tensors(), metadata));
        } catch (ArtifactException e) {
            log.atWarn()
                    .addKeyValue("artifact", key)
                    .addKeyValue("step", step)
                    .addKeyValue("cause", e.getMessage())
                    .log("checkpoint could not be stored");
        }
        storedStep = step;
        storedAt = System.nanoTime();
    }

    /** The latents are stored: nothing goes on from here. */
    void delete() {
        try {
            artifacts.delete(key);
        } catch (ArtifactException e) {
            log.atWarn()
                    .addKeyValue("artifact", key)
                    .addKeyValue("cause", e.getMessage())
                    .log("checkpoint is left behind");
        }
    }
}
