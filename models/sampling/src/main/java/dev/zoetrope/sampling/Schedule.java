package dev.zoetrope.sampling;

import dev.zoetrope.engine.InvalidRequest;

/**
 * The noise levels of a run.
 *
 * @param sigmas n+1 values, falling; the last is where the last step ends
 * @param timesteps n values for the network
 * @param first the first step that is taken, 0 to n
 */
record Schedule(float[] sigmas, float[] timesteps, int first) {
    Schedule {
        if (first < 0 || first > timesteps.length) {
            throw new InvalidRequest("first step: expected 0 to " + timesteps.length + ", but " + first + " came");
        }
    }

    int steps() {
        return timesteps.length;
    }

    static void checkSteps(int steps) {
        if (steps < 1 || steps > 1000) {
            throw new InvalidRequest("steps: expected 1 to 1000, but " + steps + " came");
        }
    }

    /** As {@code numpy.linspace(start, stop, count)}: the same roundings. */
    static double[] linspace(double start, double stop, int count) {
        double[] values = new double[count];
        double step = (stop - start) / (count - 1);
        for (int i = 0; i < count; i++) values[i] = count == 1 ? start : i * step + start;
        if (count > 1) values[count - 1] = stop;
        return values;
    }

    static void shift(double[] sigmas, double shift) {
        for (int i = 0; i < sigmas.length; i++) {
            sigmas[i] = shift * sigmas[i] / (1 + (shift - 1) * sigmas[i]);
        }
    }

    /** Stretches the sigmas so that the last is {@code terminal}; 0 leaves them as they are, as in the reference. */
    static void stretch(double[] sigmas, double terminal) {
        if (terminal == 0) return;
        double scale = (1 - sigmas[sigmas.length - 1]) / (1 - terminal);
        for (int i = 0; i < sigmas.length; i++) sigmas[i] = 1 - (1 - sigmas[i]) / scale;
    }

    /** In single precision, with what the last step ends at. */
    static float[] endedAt(double last, double[] sigmas) {
        float[] values = new float[sigmas.length + 1];
        for (int i = 0; i < sigmas.length; i++) values[i] = (float) sigmas[i];
        values[sigmas.length] = (float) last;
        return values;
    }
}
