package dev.zoetrope.codec;

/**
 * Where a scaled picture lies on its target: it is scaled to {@code scaledWidth × scaledHeight}, and its left upper corner comes
 * to {@code (x, y)}, negative where it is cropped.
 */
public record Placement(int scaledWidth, int scaledHeight, int x, int y, int width, int height) {
    /** Beyond this a scaled line would not fit in memory; a strip so thin is no picture. */
    private static final int MAX_SCALED_SIDE = 1 << 15;

    /** @param sourceWidth as shown, that is, with square pixels; may be a fraction */
    public static Placement of(Fit fit, double sourceWidth, double sourceHeight, int width, int height) {
        double byWidth = width / sourceWidth;
        double byHeight = height / sourceHeight;
        double scale = fit == Fit.COVER ? Math.max(byWidth, byHeight) : Math.min(byWidth, byHeight);
        int scaledWidth = side(sourceWidth * scale, width, fit);
        int scaledHeight = side(sourceHeight * scale, height, fit);
        return new Placement(
                scaledWidth,
                scaledHeight,
                Math.floorDiv(width - scaledWidth, 2),
                Math.floorDiv(height - scaledHeight, 2),
                width,
                height);
    }

    private static int side(double scaled, int target, Fit fit) {
        long rounded = Math.max(1, Math.round(scaled));
        if (rounded > MAX_SCALED_SIDE) {
            throw new MediaRefusedException(
                    MediaRefusedException.Reason.UNSUPPORTED,
                    "the picture is too long and thin to fill its target: scaled, a side would have " + rounded
                            + " pixels");
        }
        return (int) (fit == Fit.COVER ? Math.max(target, rounded) : Math.min(target, rounded));
    }

    /** Copies packed RGB of the scaled size onto packed RGB of the target size; the rest of the target stays as it is. */
    public void place(byte[] scaled, byte[] target) {
        int left = Math.max(0, x);
        int columns = Math.min(width, x + scaledWidth) - left;
        for (int row = Math.max(0, y); row < Math.min(height, y + scaledHeight); row++) {
            int from = ((row - y) * scaledWidth + left - x) * 3;
            System.arraycopy(scaled, from, target, (row * width + left) * 3, columns * 3);
        }
    }
}
