package dev.zoetrope.engine;

import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns frames into latents and back, streaming: memory does not grow with the number of frames. One caller at a time.
 *
 * <p>Frames are U8 {@code [T, H, W, 3]}, RGB; latents F32 {@code [C, F, H, W]}, normalised by the checkpoint's mean and deviation.
 */
public interface VideoAutoencoder extends AutoCloseable {
    /**
     * Encodes a video.
     *
     * @param chunks its frames in order, in chunks of any length; {@code temporalFactor * k + 1} frames in all
     * @return latents of {@code k + 1} latent frames
     * @throws IllegalArgumentException when the number or size of frames does not fit the model
     */
    HostTensor encode(Iterator<HostTensor> chunks, Tiling tiling);

    /**
     * Decodes latents, handing on frames in order as they are made.
     *
     * @param frames takes chunks U8 {@code [t, H, W, 3]}; {@code temporalFactor * (F - 1) + 1} frames in all
     */
    void decode(HostTensor latents, Tiling tiling, Consumer<HostTensor> frames);

    /**
     * What a denoiser of the same model must know of given frames; opaque to others, so it can be stored and sent.
     *
     * @param first frames at the start, U8 {@code [4k+1, H, W, 3]} (one picture, or the tail of a video to go on from), or null
     * @param last frames at the end, U8 {@code [1 or 4m+1, H, W, 3]} (one picture, or the head of a video to lead into), or null
     * @param frames pixel frames of the video to make, the given ones included
     */
    Safetensors known(@Nullable HostTensor first, @Nullable HostTensor last, int frames);

    @Override
    void close();

    /**
     * How large frames are cut to bound memory.
     *
     * @param size edge of a tile in pixels; 0 for no tiling
     */
    record Tiling(int size) {
        public static final Tiling NONE = new Tiling(0);
    }
}
