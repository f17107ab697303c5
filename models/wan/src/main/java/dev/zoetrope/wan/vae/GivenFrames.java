package dev.zoetrope.wan.vae;

import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.InvalidRequest;
import dev.zoetrope.engine.UnfitTensor;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes of given first and last frames what a denoiser must know. */
final class GivenFrames {
    private final int temporalFactor;
    private final Function<Iterator<HostTensor>, HostTensor> encode;

    /** @param encode frames to latents {@code [C, F, H, W]} */
    GivenFrames(int temporalFactor, Function<Iterator<HostTensor>, HostTensor> encode) {
        this.temporalFactor = temporalFactor;
        this.encode = encode;
    }

    /** Latents zero where unknown, and a mask a frame. */
    Conditioning.Known known(@Nullable HostTensor first, @Nullable HostTensor last, int frames) {
        check(first, last, frames);
        HostTensor prefix = first == null ? null : encode.apply(List.of(first).iterator());
        HostTensor suffix = last == null ? null : encode.apply(suffix(last).iterator());
        int count = (frames - 1) / temporalFactor + 1;
        float[] mask = new float[count];
        HostTensor like = prefix != null ? prefix : Objects.requireNonNull(suffix);
        Latents latents = new Latents(like, count);
        if (prefix != null) {
            int length = (int) prefix.size(1);
            latents.copy(prefix, 0, 0, length);
            Arrays.fill(mask, 0, length, 1);
        }
        if (suffix != null) {
            // The first latent of a video is of one frame without a past: inside a video there is none like it.
            int length = (int) suffix.size(1) - 1;
            latents.copy(suffix, 1, count - length, length);
            Arrays.fill(mask, count - length, count, 1);
        }
        return new Conditioning.Known(latents.tensor(), HostTensor.ofFloats(mask, count, 1, 1));
    }

    /**
     * For transformers that read what is given as more channels, as WanImageToVideoPipeline makes it: F32 {@code [t + C, F, H, W]},
     * which pixel frames are given (t of them for each latent frame), and the latents of the video with grey in place of the others.
     */
    Conditioning.ConcatChannels concatChannels(@Nullable HostTensor first, @Nullable HostTensor last, int frames) {
        check(first, last, frames);
        HostTensor like = first != null ? first : Objects.requireNonNull(last);
        int begun = first == null ? 0 : (int) first.size(0);
        int ending = last == null ? 0 : (int) last.size(0);
        HostTensor latents = encode.apply(filled(first, last, frames - begun - ending, like));
        int count = (int) latents.size(1);
        int places = (int) (latents.size(2) * latents.size(3));
        float[] given = new float[frames];
        Arrays.fill(given, 0, begun, 1);
        Arrays.fill(given, frames - ending, frames, 1);
        ByteBuffer data = ByteBuffer.allocate(
                        Math.toIntExact(latents.byteCount() + 4L * temporalFactor * count * places))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int channel = 0; channel < temporalFactor; channel++) {
            for (int f = 0; f < count; f++) {
                int frame = f == 0 ? 0 : temporalFactor * (f - 1) + 1 + channel;
                for (int i = 0; i < places; i++) data.putFloat(given[frame]);
            }
        }
        data.put(latents.data()).flip();
        return new Conditioning.ConcatChannels(HostTensor.of(
                DType.F32, data, temporalFactor + latents.size(0), count, latents.size(2), latents.size(3)));
    }

    private Iterator<HostTensor> filled(
            @Nullable HostTensor first, @Nullable HostTensor last, int blanks, HostTensor like) {
        List<HostTensor> chunks = new ArrayList<>();
        if (first != null) chunks.add(first);
        HostTensor blank = FrameQueue.blank(1, (int) like.size(1), (int) like.size(2));
        for (int i = 0; i < blanks; i++) chunks.add(blank);
        if (last != null) chunks.add(last);
        return chunks.iterator();
    }

    /** One picture stands still for as long as one latent frame sees. */
    private List<HostTensor> suffix(HostTensor last) {
        if (last.size(0) > 1) return List.of(last);
        List<HostTensor> still = new ArrayList<>();
        for (int i = 0; i <= temporalFactor; i++) still.add(last);
        return still;
    }

    private void check(@Nullable HostTensor first, @Nullable HostTensor last, int frames) {
        if (first == null && last == null) {
            throw new InvalidRequest("first, last: expected at least one of them, but neither came");
        }
        checkFrames("frames", frames);
        if (first != null) checkGiven("first", first);
        if (last != null) checkGiven("last", last);
        if (first != null && last != null && (first.size(1) != last.size(1) || first.size(2) != last.size(2))) {
            throw new InvalidRequest("last: expected the size of first, " + first.size(1) + " x " + first.size(2)
                    + ", but " + last.size(1) + " x " + last.size(2) + " came");
        }
        long prefix = first == null ? 0 : (first.size(0) - 1) / temporalFactor + 1;
        long suffix = last == null ? 0 : Math.max(1, (last.size(0) - 1) / temporalFactor);
        long count = (frames - 1) / temporalFactor + 1;
        if (prefix + suffix > count) {
            throw new InvalidRequest("frames: expected room for what is given, at least "
                    + (temporalFactor * (prefix + suffix - 1) + 1) + ", but " + frames + " came");
        }
    }

    private void checkGiven(String name, HostTensor given) {
        if (given.rank() != 4 || given.size(3) != VaeConfig.COLOURS) {
            throw new UnfitTensor(name + ": expected U8 [T, H, W, 3], but " + given + " came");
        }
        checkFrames(name, given.size(0));
    }

    private void checkFrames(String name, long frames) {
        if (frames < 1 || (frames - 1) % temporalFactor != 0) {
            throw new InvalidRequest(name + ": expected " + temporalFactor + "k + 1 frames, but " + frames + " came");
        }
    }

    /** Latents under way, zero at first. */
    private static final class Latents {
        private final long[] shape;
        private final float[] values;
        private final int frame;

        Latents(HostTensor like, int frames) {
            shape = like.shape();
            shape[1] = frames;
            frame = Math.toIntExact(shape[2] * shape[3]);
            values = new float[Math.toIntExact(shape[0] * frames * frame)];
        }

        void copy(HostTensor source, int from, int to, int length) {
            FloatBuffer floats = source.data().asFloatBuffer();
            for (int c = 0; c < shape[0]; c++) {
                int begin = (int) (c * source.size(1) + from) * frame;
                floats.get(begin, values, (int) (c * shape[1] + to) * frame, length * frame);
            }
        }

        HostTensor tensor() {
            return HostTensor.ofFloats(values, shape);
        }
    }
}
