package dev.zoetrope.wan.image;

/** Resizes pictures bit for bit as Pillow does ({@code Image.resize(..., BICUBIC)}, Resample.c): first the width, then the height. */
final class BicubicResize {
    private static final double A = -0.5;
    private static final int SUPPORT = 2;
    /** Bits behind the point of a weight. */
    private static final int BITS = 22;

    private BicubicResize() {}

    /**
     * @param pixels {@code [height, width, 3]}, unsigned
     * @return {@code [toHeight, toWidth, 3]}, unsigned
     */
    static byte[] resize(byte[] pixels, int height, int width, int toHeight, int toWidth) {
        byte[] wide = width == toWidth ? pixels : along(pixels, height, width, 3, toWidth);
        return height == toHeight ? wide : along(wide, 1, height, 3 * toWidth, toHeight);
    }

    /** Resizes the middle axis of {@code [outer, size, inner]}. */
    private static byte[] along(byte[] pixels, int outer, int size, int inner, int to) {
        byte[] resized = new byte[outer * to * inner];
        for (int i = 0; i < to; i++) {
            Weights weights = Weights.of(i, size, to);
            for (int o = 0; o < outer; o++) {
                for (int c = 0; c < inner; c++) {
                    int sum = 1 << (BITS - 1);
                    for (int k = 0; k < weights.values.length; k++) {
                        sum += (pixels[(o * size + weights.first + k) * inner + c] & 0xff) * weights.values[k];
                    }
                    resized[(o * to + i) * inner + c] = (byte) Math.max(0, Math.min(255, sum >> BITS));
                }
            }
        }
        return resized;
    }

    private record Weights(int first, int[] values) {
        /** Of the pixels that pixel i is made from. */
        static Weights of(int i, int size, int to) {
            double scale = (double) size / to;
            double stretch = Math.max(scale, 1);
            double centre = (i + 0.5) * scale;
            int first = Math.max(0, (int) (centre - SUPPORT * stretch + 0.5));
            int end = Math.min(size, (int) (centre + SUPPORT * stretch + 0.5));
            double[] weights = new double[end - first];
            double sum = 0;
            for (int k = 0; k < weights.length; k++) {
                weights[k] = cubic((k + first - centre + 0.5) * (1 / stretch));
                sum += weights[k];
            }
            int[] fixed = new int[weights.length];
            for (int k = 0; k < fixed.length; k++) {
                double weight = weights[k] / sum * (1 << BITS);
                fixed[k] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
            }
            return new Weights(first, fixed);
        }
    }

    private static double cubic(double distance) {
        double x = Math.abs(distance);
        if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1;
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
    }
}
