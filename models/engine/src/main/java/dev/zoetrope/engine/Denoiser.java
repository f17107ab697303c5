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
     * @throws IllegalArgumentException for a request that the model cannot serve, named by its field
     * @throws DenoisingStopped when the listener asked to stop
     */
    HostTensor denoise(DenoisingRequest request, @Nullable Safetensors checkpoint, StepListener listener);

    /**
     * What a window of a longer video must know to go on from the window before it, without its frames: so decoding the one and
     * denoising the other run at the same time.
     *
     * @param previous latents F32 {@code [C, F, H, W]} of the window before
     * @param overlapFrames pixel frames that both windows have, {@code temporalFactor * k + 1}
     * @param frames pixel frames of the new window, the shared ones included
     * @param known what {@link VideoAutoencoder#known} made of given last frames, or null
     * @return for {@link DenoisingRequest#known}; the first {@code k + 1} latent frames of the result will be those of {@code previous}
     */
    Safetensors continuation(HostTensor previous, int overlapFrames, int frames, @Nullable Safetensors known);

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
