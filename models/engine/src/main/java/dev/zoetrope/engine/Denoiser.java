package dev.zoetrope.engine;

import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns embeddings, and what is known of the video, into latents. One caller at a time. */
public interface Denoiser extends AutoCloseable {
    /**
     * Runs all steps, or those that are left after a checkpoint.
     *
     * <p>Going on from a checkpoint gives bit for bit what the unbroken run gives on the same kind of device.
     *
     * @param checkpoint what a listener was given after some step of the same request, or null to start from noise
     * @param listener told after each step
     * @return F32 {@code [C, F, H, W]}: latents, normalised as {@link VideoAutoencoder} takes them
     * @throws InvalidRequest for a request that the model cannot serve, named by its field
     * @throws UnfitTensor for tensors of another model
     * @throws StaleCheckpoint for a checkpoint of another run; nothing was done, so it may be run anew without
     * @throws DenoisingStopped when the listener asked to stop
     */
    HostTensor denoise(DenoisingRequest request, @Nullable Safetensors checkpoint, StepListener listener);

    @Override
    void close();

    /** Follows the steps. */
    @FunctionalInterface
    interface StepListener {
        /**
         * Called after each step, on the denoising thread.
         *
         * @param step how many steps are done, 1 to {@code steps}
         * @param checkpoint everything that the next step depends on; computed when asked, only during this call
         * @return whether to go on; false ends the run with {@link DenoisingStopped}
         */
        boolean afterStep(int step, int steps, Supplier<Safetensors> checkpoint);
    }

    /** The listener asked to stop: a cancelled job, or a worker that is shutting down. */
    final class DenoisingStopped extends RuntimeException {
        public DenoisingStopped(int step, int steps) {
            super("stopped after step " + step + " of " + steps);
        }
    }
}
