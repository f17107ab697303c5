package dev.zoetrope.codec.pictures;

import org.jspecify.annotations.Nullable;

/**
 * What red, green and blue mean, said by numbers: the chromaticities of the primaries and of white, and how numbers become light.
 * {@link #toSrgb} brings them to sRGB; what sRGB does not hold is cut off at its edge, as browsers do on such screens.
 */
final class RgbSpace {
    private static final int STEPS = 65_535;
    private static final double[] D50 = {0.96422, 1, 0.82521};
    private static final double[][] BRADFORD = {
        {0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}
    };
    /** White, red, green, blue: x and y each. */
    private static final double[] SRGB = {0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06};

    private static final double[] DISPLAY_P3 = {0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060};
    private static final double[] BT_2020 = {0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046};

    private final float[] light = new float[STEPS + 1];
    private final float[] matrix = new float[9];

    private interface Transfer {
        double light(double value);
    }

    private RgbSpace(double[] chromaticities, Transfer transfer) {
        double[][] toSrgb = multiply(inverse(toXyz(SRGB)), toXyz(chromaticities));
        for (int i = 0; i < 9; i++) matrix[i] = (float) toSrgb[i / 3][i % 3];
        for (int i = 0; i <= STEPS; i++) light[i] = (float) transfer.light((double) i / STEPS);
    }

    /**
     * As PNG says it.
     *
     * @param chromaticities of white, red, green and blue: x and y each
     * @param encodingGamma numbers are light to this power: about 0.45
     * @return null if there are no such colours
     */
    static @Nullable RgbSpace of(double[] chromaticities, double encodingGamma) {
        double[][] xyz = toXyz(chromaticities);
        double area = determinant(xyz);
        boolean sound = Double.isFinite(area) && Math.abs(area) > 1e-4 && encodingGamma > 0.01 && encodingGamma < 100;
        if (!sound || isNear(chromaticities, SRGB) && Math.abs(encodingGamma - 1 / 2.2) < 0.002) return null;
        return new RgbSpace(chromaticities, value -> Math.pow(value, 1 / encodingGamma));
    }

    /**
     * As ITU-T H.273 numbers it.
     *
     * @return null for what is sRGB, or near it, or not known here; HDR's (PQ, HLG) is taken as it comes
     */
    static @Nullable RgbSpace ofCodePoints(int primaries, int transfer) {
        double[] chromaticities =
                switch (primaries) {
                    case 9 -> BT_2020;
                    case 12 -> DISPLAY_P3;
                    default -> SRGB;
                };
        return switch (transfer) {
            case 16, 18 -> null;
            case 4 -> new RgbSpace(chromaticities, value -> Math.pow(value, 2.2));
            case 5 -> new RgbSpace(chromaticities, value -> Math.pow(value, 2.8));
            case 8 -> new RgbSpace(chromaticities, value -> value);
            default -> chromaticities == SRGB ? null : new RgbSpace(chromaticities, RgbSpace::srgbLight);
        };
    }

    /**
     * Converts one pixel.
     *
     * @param red 0 to 65,535, as are the others
     * @param to where three bytes go, from {@code at} on
     */
    void toSrgb(int red, int green, int blue, byte[] to, int at) {
        float r = light[red];
        float g = light[green];
        float b = light[blue];
        for (int i = 0; i < 3; i++) {
            float linear = matrix[3 * i] * r + matrix[3 * i + 1] * g + matrix[3 * i + 2] * b;
            to[at + i] = Encoding.BYTES[Math.max(0, Math.min(STEPS, Math.round(linear * STEPS)))];
        }
    }

    /** Light to bytes of sRGB. */
    private static final class Encoding {
        private static final byte[] BYTES = new byte[STEPS + 1];

        static {
            for (int i = 0; i <= STEPS; i++) {
                double linear = (double) i / STEPS;
                double value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
                BYTES[i] = (byte) Math.round(255 * value);
            }
        }
    }

    private static double srgbLight(double value) {
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    private static boolean isNear(double[] some, double[] others) {
        for (int i = 0; i < some.length; i++) {
            if (Math.abs(some[i] - others[i]) > 0.002) return false;
        }
        return true;
    }

    /** To XYZ as under D50, so that every white becomes the same white. */
    private static double[][] toXyz(double[] c) {
        double[][] primaries = new double[3][3];
        for (int i = 0; i < 3; i++) {
            double x = c[2 + 2 * i];
            double y = c[3 + 2 * i];
            primaries[0][i] = x / y;
            primaries[1][i] = 1;
            primaries[2][i] = (1 - x - y) / y;
        }
        double[] white = {c[0] / c[1], 1, (1 - c[0] - c[1]) / c[1]};
        double[] scale = multiply(inverse(primaries), white);
        for (double[] row : primaries) {
            for (int i = 0; i < 3; i++) row[i] *= scale[i];
        }
        double[] from = multiply(BRADFORD, white);
        double[] to = multiply(BRADFORD, D50);
        double[][] adapt = new double[3][3];
        for (int i = 0; i < 3; i++) adapt[i][i] = to[i] / from[i];
        return multiply(multiply(inverse(BRADFORD), multiply(adapt, BRADFORD)), primaries);
    }

    private static double[] multiply(double[][] matrix, double[] vector) {
        double[] product = new double[3];
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < 3; k++) product[i] += matrix[i][k] * vector[k];
        }
        return product;
    }

    private static double[][] multiply(double[][] left, double[][] right) {
        double[][] product = new double[3][3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                for (int k = 0; k < 3; k++) product[i][j] += left[i][k] * right[k][j];
            }
        }
        return product;
    }

    private static double determinant(double[][] m) {
        return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
                - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
                + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
    }

    private static double[][] inverse(double[][] m) {
        double determinant = determinant(m);
        double[][] inverse = new double[3][3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                int a = (j + 1) % 3;
                int b = (j + 2) % 3;
                int c = (i + 1) % 3;
                int d = (i + 2) % 3;
                inverse[i][j] = (m[a][c] * m[b][d] - m[a][d] * m[b][c]) / determinant;
            }
        }
        return inverse;
    }
}
