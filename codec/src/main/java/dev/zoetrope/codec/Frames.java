package dev.zoetrope.codec;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;

import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** Frames as tensors, and frames in native memory. */
public final class Frames {
    public static final int CHANNELS = 3;

    private Frames() {}

    /** @throws IllegalArgumentException unless {@code frames} is {@code U8 [t, H, W, 3]} of {@code format}'s size */
    public static void requireChunk(HostTensor frames, VideoFormat format) {
        if (frames.dtype() != DType.U8
                || frames.rank() != 4
                || frames.size(1) != format.height()
                || frames.size(2) != format.width()
                || frames.size(3) != CHANNELS) {
            throw new IllegalArgumentException("expected frames U8 [t, " + format.height() + ", " + format.width()
                    + ", 3], but " + frames + " came");
        }
    }

    /** @throws IllegalArgumentException unless {@code picture} is {@code U8 [H, W, 3]} or {@code U8 [1, H, W, 3]} */
    public static Picture requirePicture(HostTensor picture) {
        int rank = picture.rank();
        boolean fits = picture.dtype() == DType.U8
                && (rank == 3 || (rank == 4 && picture.size(0) == 1))
                && picture.size(rank - 1) == CHANNELS
                && withinLimits(picture.size(rank - 2))
                && withinLimits(picture.size(rank - 3));
        if (!fits) {
            throw new IllegalArgumentException("expected a picture U8 [H, W, 3] with sides of 1 to " + MAX_PICTURE_SIDE
                    + " pixels, but " + picture + " came");
        }
        return new Picture((int) picture.size(rank - 2), (int) picture.size(rank - 3), picture.data());
    }

    /** WebP's own limit, the smallest of the formats'. */
    private static final int MAX_PICTURE_SIDE = 16_383;

    private static boolean withinLimits(long side) {
        return side >= 1 && side <= MAX_PICTURE_SIDE;
    }

    /** Interleaved RGB from the buffer's position on. */
    public record Picture(int width, int height, ByteBuffer rgb) {}

    /** Frame {@code index} of a chunk, as a view of its bytes. */
    public static ByteBuffer frame(HostTensor frames, int index) {
        int bytes = Math.toIntExact(frames.size(1) * frames.size(2) * CHANNELS);
        return frames.data().slice(Math.multiplyExact(index, bytes), bytes);
    }

    public static AVFrame allocate(int width, int height, int pixelFormat) {
        AVFrame frame = Libav.allocated(av_frame_alloc(), "a frame");
        frame.width(width).height(height).format(pixelFormat);
        int code = av_frame_get_buffer(frame, 0);
        if (code < 0) {
            av_frame_free(frame);
            throw new CodecFailedException(
                    "no memory for a frame of " + width + "x" + height + ": " + Libav.describe(code));
        }
        return frame;
    }

    /** What native code would not check before it reads past an end. */
    static void requireShape(AVFrame frame, int width, int height, int pixelFormat) {
        if (frame.width() != width || frame.height() != height || frame.format() != pixelFormat) {
            throw new IllegalArgumentException(
                    "expected a frame of " + width + "x" + height + " in pixel format " + pixelFormat + ", but "
                            + frame.width() + "x" + frame.height() + " in " + frame.format() + " came");
        }
    }

    /** Copies tightly packed rows into a frame whose rows may be padded. */
    public static void fillPacked(AVFrame frame, ByteBuffer pixels, int bytesPerPixel) {
        int rowBytes = frame.width() * bytesPerPixel;
        requireBytes(pixels, (long) rowBytes * frame.height());
        ByteBuffer target = plane(frame);
        for (int y = 0; y < frame.height(); y++) {
            target.put(y * frame.linesize(0), pixels, pixels.position() + y * rowBytes, rowBytes);
        }
    }

    /** Appends a frame's rows, without their padding, to {@code pixels}. */
    public static void appendPacked(AVFrame frame, ByteBuffer pixels, int bytesPerPixel) {
        int rowBytes = frame.width() * bytesPerPixel;
        requireBytes(pixels, (long) rowBytes * frame.height());
        ByteBuffer source = plane(frame);
        for (int y = 0; y < frame.height(); y++) {
            pixels.put(pixels.position(), source, y * frame.linesize(0), rowBytes);
            pixels.position(pixels.position() + rowBytes);
        }
    }

    private static ByteBuffer plane(AVFrame frame) {
        return frame.data(0).capacity((long) frame.linesize(0) * frame.height()).asByteBuffer();
    }

    private static void requireBytes(ByteBuffer pixels, long bytes) {
        if (pixels.remaining() < bytes) {
            throw new IllegalArgumentException(
                    "a frame has " + bytes + " bytes, but the buffer has " + pixels.remaining());
        }
    }
}
