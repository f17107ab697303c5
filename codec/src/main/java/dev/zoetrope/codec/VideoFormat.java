package dev.zoetrope.codec;

/** What a video looks like from outside: width and height in pixels, and its frame rate. */
public record VideoFormat(int width, int height, FrameRate rate) {
    /** The longest side that the encoders take. */
    static final int MAX_SIDE = 8192;

    public VideoFormat {
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
            throw new IllegalArgumentException(
                    "a side has 1 to " + MAX_SIDE + " pixels, but " + width + "x" + height + " came");
        }
    }

    public static VideoFormat of(int width, int height, int framesPerSecond) {
        return new VideoFormat(width, height, FrameRate.of(framesPerSecond));
    }

    @Override
    public String toString() {
        return width + "x" + height + " at " + rate + " fps";
    }
}
