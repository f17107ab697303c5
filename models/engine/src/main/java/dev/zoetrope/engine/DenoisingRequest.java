package dev.zoetrope.engine;

import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import org.jspecify.annotations.Nullable;

/**
 * One video, or one window of a longer one, to denoise. Every task is a choice of these parameters.
 *
 * @param frames pixel frames T, {@code temporalFactor * k + 1}; 1 is a still image
 * @param height in pixels
 * @param width in pixels
 * @param prompt embeddings F32 {@code [L, D]} from {@link TextEncoder}
 * @param negativePrompt embeddings of what to steer away from; null when {@code guidance} is 1
 * @param known what {@link VideoAutoencoder#known} made of given first and last frames; null when nothing is given
 * @param source latents F32 {@code [C, F, H, W]} of a video to edit; null unless {@code strength} is less than 1
 * @param strength where the noise starts: 1 ignores the source, 0 returns it (SDEdit)
 * @param steps 1 to 1000
 * @param guidance classifier-free guidance scale, at least 1; 1 is none
 * @param seed the noise's seed; the same on every machine and device
 * @param noise F32 {@code [C, F, H, W]} to start from instead of the seed's; null in all but comparisons with a reference
 * @param loop whether the last frame is the first again: then the latents are the {@code k} of {@code temporalFactor} frames each, in a
 *     circle, without one of the first frame alone; nothing is known and {@code strength} is 1
 * @param references F32 {@code [C, R, H, W]}, a picture's latent each, that the video is to keep to: the model sees them before its
 *     first frame, and they are not among what is made; null for none
 */
public record DenoisingRequest(
        int frames,
        int height,
        int width,
        HostTensor prompt,
        @Nullable HostTensor negativePrompt,
        @Nullable Safetensors known,
        @Nullable HostTensor source,
        double strength,
        int steps,
        double guidance,
        long seed,
        @Nullable HostTensor noise,
        boolean loop,
        @Nullable HostTensor references) {
    /** A video with a start and an end, and nothing to keep to. */
    public DenoisingRequest(
            int frames,
            int height,
            int width,
            HostTensor prompt,
            @Nullable HostTensor negativePrompt,
            @Nullable Safetensors known,
            @Nullable HostTensor source,
            double strength,
            int steps,
            double guidance,
            long seed,
            @Nullable HostTensor noise) {
        this(
                frames,
                height,
                width,
                prompt,
                negativePrompt,
                known,
                source,
                strength,
                steps,
                guidance,
                seed,
                noise,
                false,
                null);
    }
}
