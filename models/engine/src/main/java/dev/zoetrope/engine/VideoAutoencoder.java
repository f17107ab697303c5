package dev.zoetrope.engine;

import dev.zoetrope.tensors.HostTensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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
     * @throws InvalidRequest when the number or size of frames does not fit the model
     */
    HostTensor encode(Iterator<HostTensor> chunks, Tiling tiling);

    /**
     * Decodes latents, handing on frames in order as they are made.
     *
     * @param frames takes chunks U8 {@code [t, H, W, 3]}; {@code temporalFactor * (F - 1) + 1} frames in all
     */
    void decode(HostTensor latents, Tiling tiling, Consumer<HostTensor> frames);

    /**
     * Latent frames before a window that {@link #decodeAfter} should be given: with fewer the seam shows, more change nothing that
     * can be seen.
     */
    int CONTEXT = 8;

    /** Pixel frames of each latent frame after the first. */
    int temporalFactor();

    /**
     * Decodes latents that go on from others. The context is decoded again, because a causal decoder draws on what came before, but
     * its frames are not handed on.
     *
     * @param context the last {@link #CONTEXT} latent frames before, or as many as there are
     * @param latents the new latent frames only
     * @param frames takes {@code temporalFactor * F} frames in all, F those of {@code latents}
     */
    default void decodeAfter(HostTensor context, HostTensor latents, Tiling tiling, Consumer<HostTensor> frames) {
        long[] left = {temporalFactor() * (context.size(1) - 1) + 1};
        decode(LatentFrames.concat(context, latents), tiling, chunk -> {
            long skipped = Math.min(left[0], chunk.size(0));
            left[0] -= skipped;
            if (skipped < chunk.size(0)) frames.accept(framesFrom(chunk, (int) skipped));
        });
    }

    /**
     * Decodes latents in a circle, so that the last frame flows into the first: the first is decoded after the last.
     *
     * @param latents made with {@link Conditioning.Loop}
     * @param frames takes {@code temporalFactor * F} frames in all
     */
    default void decodeLoop(HostTensor latents, Tiling tiling, Consumer<HostTensor> frames) {
        HostTensor before = latents;
        while (before.size(1) < CONTEXT) before = LatentFrames.concat(before, latents);
        decodeAfter(LatentFrames.last(before, CONTEXT), latents, tiling, frames);
    }

    /**
     * What a picture comes back as.
     *
     * @param picture U8 {@code [1, H, W, 3]}
     * @return the same, less what encoding and decoding lose
     */
    default HostTensor kept(HostTensor picture, Tiling tiling) {
        List<HostTensor> frame = new ArrayList<>();
        decode(encode(List.of(picture).iterator(), tiling), tiling, frame::add);
        return frame.get(0);
    }

    private static HostTensor framesFrom(HostTensor chunk, int from) {
        long[] shape = chunk.shape();
        int frameBytes = Math.toIntExact(chunk.byteCount() / shape[0]);
        shape[0] -= from;
        return HostTensor.of(chunk.dtype(), chunk.data().slice(from * frameBytes, (int) shape[0] * frameBytes), shape);
    }

    /**
     * What a denoiser of the same model must know of given frames; {@link Conditioning#stored} for the way there.
     *
     * @param first frames at the start, U8 {@code [4k+1, H, W, 3]} (one picture, or the tail of a video to go on from), or null
     * @param last frames at the end, U8 {@code [1 or 4m+1, H, W, 3]} (one picture, or the head of a video to lead into), or null
     * @param frames pixel frames of the video to make, the given ones included
     * @throws InvalidRequest when the given frames do not fit, or neither first nor last came
     */
    default List<Conditioning.OfFrames> known(@Nullable HostTensor first, @Nullable HostTensor last, int frames) {
        throw new InvalidRequest("given frames: expected none, as this model has no use for them, but some came");
    }

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
