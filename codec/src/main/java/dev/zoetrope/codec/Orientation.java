package dev.zoetrope.codec;

import dev.zoetrope.tensors.HostTensor;

/**
 * How a stored picture is to be turned to stand upright, by its EXIF tag (0x0112) or a video's display matrix.
 *
 * @param mirrored whether it is mirrored left to right before it is turned
 * @param clockwise by how much it is then turned: 0, 90, 180 or 270
 */
public record Orientation(boolean mirrored, int clockwise) {
    public static final Orientation UPRIGHT = new Orientation(false, 0);

    /** Within about a degree of a right angle. */
    private static final long ASKEW = 57;

    public static Orientation turned(int clockwise) {
        return new Orientation(false, clockwise);
    }

    public static Orientation ofTag(int tag) {
        return switch (tag) {
            case 2 -> new Orientation(true, 0);
            case 3 -> new Orientation(false, 180);
            case 4 -> new Orientation(true, 180);
            case 5 -> new Orientation(true, 270);
            case 6 -> new Orientation(false, 90);
            case 7 -> new Orientation(true, 90);
            case 8 -> new Orientation(false, 270);
            default -> UPRIGHT;
        };
    }

    /**
     * @param matrix of a video's track, by rows: {@code x' = m0 x + m3 y}, {@code y' = m1 x + m4 y}. One that is askew, as no
     *     player shows it, counts as upright.
     */
    public static Orientation ofMatrix(int[] matrix) {
        long straight = Math.abs((long) matrix[0]) + Math.abs((long) matrix[4]);
        long crossed = Math.abs((long) matrix[1]) + Math.abs((long) matrix[3]);
        if (straight > ASKEW * crossed && matrix[0] != 0 && matrix[4] != 0) {
            boolean left = matrix[0] < 0;
            boolean up = matrix[4] < 0;
            return new Orientation(left != up, up ? 180 : 0);
        }
        if (crossed > ASKEW * straight && matrix[1] != 0 && matrix[3] != 0) {
            boolean up = matrix[1] < 0;
            boolean left = matrix[3] < 0;
            if (left == up) return new Orientation(true, up ? 90 : 270);
            return turned(left ? 90 : 270);
        }
        return UPRIGHT;
    }

    public boolean isUpright() {
        return !mirrored && clockwise == 0;
    }

    public boolean swapsSides() {
        return clockwise == 90 || clockwise == 270;
    }

    /** @param picture {@code U8 [H, W, 3]} */
    public HostTensor upright(HostTensor picture) {
        if (isUpright()) return picture;
        int height = (int) picture.size(0);
        int width = (int) picture.size(1);
        byte[] turned = new byte[height * width * 3];
        turn(picture.bytes(), width, height, turned);
        return swapsSides()
                ? HostTensor.ofBytes(turned, width, height, 3)
                : HostTensor.ofBytes(turned, height, width, 3);
    }

    /** Turns packed RGB of {@code width} and {@code height} before turning. */
    public void turn(byte[] stored, int width, int height, byte[] upright) {
        int uprightWidth = swapsSides() ? height : width;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int left = mirrored ? width - 1 - x : x;
                int to =
                        switch (clockwise) {
                            case 90 -> left * uprightWidth + height - 1 - y;
                            case 180 -> (height - 1 - y) * uprightWidth + width - 1 - left;
                            case 270 -> (width - 1 - left) * uprightWidth + y;
                            default -> y * uprightWidth + left;
                        };
                System.arraycopy(stored, (y * width + x) * 3, upright, to * 3, 3);
            }
        }
    }
}
