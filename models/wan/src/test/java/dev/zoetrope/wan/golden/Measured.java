package dev.zoetrope.wan.golden;

import dev.zoetrope.tensors.HostTensor;
import java.util.Arrays;

/**
 * How far one result is from the reference.
 *
 * @param what the result
 * @param error in the result's own units; not a number where either side is not
 * @param tolerance the largest error that passes
 */
record Measured(String what, double error, double tolerance) {
    boolean passes() {
        return error <= tolerance; // false for NaN
    }

    /** The largest absolute difference. */
    static Measured largest(String what, HostTensor expected, HostTensor came, double tolerance) {
        if (!Arrays.equals(expected.shape(), came.shape())) {
            throw new AssertionError(what + ": expected " + expected + ", but " + came + " came");
        }
        return largest(what, expected.floats(), came.floats(), tolerance);
    }

    static Measured largest(String what, float[] expected, float[] came, double tolerance) {
        if (expected.length != came.length) {
            throw new AssertionError(what + ": expected " + expected.length + " values, but " + came.length + " came");
        }
        double error = 0;
        for (int k = 0; k < expected.length; k++) {
            double difference = Math.abs((double) expected[k] - came[k]);
            if (Double.isNaN(difference)) return new Measured(what, Double.NaN, tolerance);
            error = Math.max(error, difference);
        }
        return new Measured(what, error, tolerance);
    }

    /** The mean absolute difference of bytes, as a part of 255. */
    static Measured meanOfPixels(String what, HostTensor expected, HostTensor came, double tolerance) {
        if (!Arrays.equals(expected.shape(), came.shape())) {
            throw new AssertionError(what + ": expected " + expected + ", but " + came + " came");
        }
        long[] left = expected.longs();
        long[] right = came.longs();
        double sum = 0;
        for (int k = 0; k < left.length; k++) sum += Math.abs(left[k] - right[k]);
        return new Measured(what, sum / left.length / 255, tolerance);
    }
}
