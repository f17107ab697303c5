package dev.zoetrope.engine;

import dev.zoetrope.tensors.HostTensor;
import java.nio.ByteBuffer;

/** Latents {@code [C, F, H, W]} cut and joined along their frames. */
public final class LatentFrames {
    private LatentFrames() {}

    /** Frames {@code from} to {@code to}, the last not included, as a copy. */
    public static HostTensor slice(HostTensor latents, int from, int to) {
        long[] shape = check(latents);
        if (from < 0 || to > shape[1] || from >= to) {
            throw new IllegalArgumentException(
                    "expected latent frames within 0 to " + shape[1] + ", but " + from + " to " + to + " came");
        }
        int frame = frameBytes(latents);
        ByteBuffer data = latents.data();
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(shape[0] * (to - from) * frame));
        for (int c = 0; c < shape[0]; c++) {
            out.put(data.slice((int) (c * shape[1] + from) * frame, (to - from) * frame));
        }
        return HostTensor.of(latents.dtype(), out.flip(), shape[0], to - from, shape[2], shape[3]);
    }

    /** The last {@code count} frames, or all where there are fewer. */
    public static HostTensor last(HostTensor latents, int count) {
        int frames = (int) check(latents)[1];
        return slice(latents, Math.max(0, frames - count), frames);
    }

    /** The frames in a circle, from {@code first} on; any number, and negative ones count from the end. */
    public static HostTensor rolled(HostTensor latents, int first) {
        int frames = (int) check(latents)[1];
        int from = Math.floorMod(first, frames);
        return from == 0 ? latents : concat(slice(latents, from, frames), slice(latents, 0, from));
    }

    /** One after the other; all but the frames agree. */
    public static HostTensor concat(HostTensor before, HostTensor after) {
        long[] a = check(before);
        long[] b = check(after);
        if (before.dtype() != after.dtype() || a[0] != b[0] || a[2] != b[2] || a[3] != b[3]) {
            throw new IllegalArgumentException(
                    "expected latents of one size, but " + before + " and " + after + " came");
        }
        int frame = frameBytes(before);
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(before.byteCount() + after.byteCount()));
        for (int c = 0; c < a[0]; c++) {
            out.put(before.data().slice((int) (c * a[1]) * frame, (int) a[1] * frame));
            out.put(after.data().slice((int) (c * b[1]) * frame, (int) b[1] * frame));
        }
        return HostTensor.of(before.dtype(), out.flip(), a[0], a[1] + b[1], a[2], a[3]);
    }

    private static long[] check(HostTensor latents) {
        if (latents.rank() != 4 || latents.size(1) < 1) {
            throw new IllegalArgumentException("latents: expected [C, F, H, W], but " + latents + " came");
        }
        return latents.shape();
    }

    private static int frameBytes(HostTensor latents) {
        return Math.toIntExact(latents.byteCount() / latents.size(0) / latents.size(1));
    }
}
