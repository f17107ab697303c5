package dev.zoetrope.contracts.request;

/**
 * Width and height of a frame or picture.
 *
 * @param width in pixels, 1 to 99,999
 * @param height in pixels, 1 to 99,999
 */
public record FrameSize(int width, int height) {
    static final String PATTERN = "[1-9][0-9]{0,4}x[1-9][0-9]{0,4}";
    static final String EXPECTED = "width x height such as 64x64";

    /** Of a text such as {@code 64x64}, which has to have that form. */
    public static FrameSize of(String text) {
        int x = text.indexOf('x');
        return new FrameSize(Integer.parseInt(text.substring(0, x)), Integer.parseInt(text.substring(x + 1)));
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
