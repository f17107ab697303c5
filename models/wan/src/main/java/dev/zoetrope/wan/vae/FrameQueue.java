package dev.zoetrope.wan.vae;

import dev.zoetrope.engine.InvalidRequest;
import dev.zoetrope.engine.UnfitTensor;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames that come in chunks of any length and are taken in numbers of the taker's choice, without a copy. All must have one size.
 *
 * <p>Frames are U8, or F32 between -1 and 1.
 */
final class FrameQueue {
    private final Iterator<HostTensor> chunks;
    private final int multiple;
    private @Nullable HostTensor rest;
    private long height;
    private long width;
    private int taken;

    /**
     * Reads the first chunk.
     *
     * @param multiple height and width must be multiples of this
     */
    FrameQueue(Iterator<HostTensor> chunks, int multiple) {
        this.chunks = chunks;
        this.multiple = multiple;
        this.rest = next();
        if (rest == null) throw new InvalidRequest("frames: expected at least 1, but none came");
    }

    int height() {
        return (int) height;
    }

    int width() {
        return (int) width;
    }

    /** How many frames have been taken so far. */
    int taken() {
        return taken;
    }

    /** The next {@code n} frames in pieces, or as many as there are. */
    List<HostTensor> take(int n) {
        List<HostTensor> pieces = new ArrayList<>();
        for (int missing = n; missing > 0 && rest != null; ) {
            int length = (int) Math.min(missing, rest.size(0));
            pieces.add(slice(rest, 0, length));
            taken += length;
            missing -= length;
            rest = length < rest.size(0) ? slice(rest, length, (int) rest.size(0)) : next();
        }
        return pieces;
    }

    private @Nullable HostTensor next() {
        while (chunks.hasNext()) {
            HostTensor chunk = chunks.next();
            check(chunk);
            if (chunk.size(0) > 0) return chunk;
        }
        return null;
    }

    private void check(HostTensor chunk) {
        boolean isFrames = chunk.rank() == 4 && chunk.size(3) == VaeConfig.COLOURS;
        if (!isFrames || chunk.dtype() != DType.U8 && chunk.dtype() != DType.F32) {
            throw new UnfitTensor("frames: expected U8 [T, H, W, 3], but " + chunk + " came");
        }
        if (height == 0) {
            height = chunk.size(1);
            width = chunk.size(2);
            if (height == 0 || width == 0 || height % multiple != 0 || width % multiple != 0) {
                throw new InvalidRequest("frames: expected height and width to be multiples of " + multiple + ", but "
                        + height + " x " + width + " came");
            }
        }
        if (chunk.size(1) != height || chunk.size(2) != width) {
            throw new UnfitTensor("frames: expected all to be " + height + " x " + width + ", but " + chunk.size(1)
                    + " x " + chunk.size(2) + " came");
        }
    }

    static HostTensor slice(HostTensor frames, int begin, int end) {
        long[] shape = frames.shape();
        int frame = (int) (frames.byteCount() / shape[0]);
        ByteBuffer data = frames.data();
        shape[0] = end - begin;
        return HostTensor.of(frames.dtype(), data.slice(begin * frame, (end - begin) * frame), shape);
    }

    /** Frames of mid grey, which is what the reference calls empty: zero between -1 and 1. */
    static HostTensor blank(int frames, int height, int width) {
        long[] shape = {frames, height, width, VaeConfig.COLOURS};
        int bytes = Math.toIntExact(Arrays.stream(shape).reduce(DType.F32.bytes(), Math::multiplyExact));
        return HostTensor.of(DType.F32, ByteBuffer.allocate(bytes), shape);
    }
}
