package dev.zoetrope.codec.reading;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Frames gathered into one array, which grows as they come: a caller may ask for more than there are. */
public final class FrameBuffer {
    private static final int FIRST_FRAMES = 8;

    private final int frameBytes;
    private final int mostFrames;
    private byte[] pixels;
    private int frames;

    public FrameBuffer(int frameBytes, int mostFrames) {
        this.frameBytes = frameBytes;
        this.mostFrames = Math.min(mostFrames, Integer.MAX_VALUE / frameBytes);
        this.pixels = new byte[frameBytes * Math.min(FIRST_FRAMES, this.mostFrames)];
    }

    public int frames() {
        return frames;
    }

    /** Room for one more frame, to be filled. */
    public ByteBuffer room() {
        if (frames == mostFrames) {
            throw new IllegalArgumentException("more than " + mostFrames + " frames of " + frameBytes
                    + " bytes do not fit in one tensor; read them in chunks");
        }
        int needed = frameBytes * (frames + 1);
        if (needed > pixels.length) {
            pixels = Arrays.copyOf(pixels, frameBytes * (int) Math.min(mostFrames, 2L * frames));
        }
        return ByteBuffer.wrap(pixels, frameBytes * frames++, frameBytes);
    }

    public byte[] bytes() {
        return pixels.length == frames * frameBytes ? pixels : Arrays.copyOf(pixels, frames * frameBytes);
    }
}
