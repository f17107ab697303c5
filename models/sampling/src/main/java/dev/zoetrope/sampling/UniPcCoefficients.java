package dev.zoetrope.sampling;

/**
 * The scalars of one UniPC update from σ_s to σ_{s+1}: {@code x' = keep·x - pull·(m + Σ ρ_j·D_j)}.
 *
 * <p>Single precision throughout, in the reference's order: ρ comes from differences of nearly equal numbers, and with many steps its
 * roundings are larger than the tolerance that results are held to.
 */
final class UniPcCoefficients {
    private final float keep;
    private final float pull;
    private final float[] distances;
    private final float[] b;

    /**
     * @param s the step that is taken
     * @param order how many predictions are used, the newest at s
     */
    static UniPcCoefficients of(Scheduler schedule, int s, int order) {
        float[] lambdas = new float[order + 1];
        for (int j = 0; j <= order; j++) lambdas[j] = lambda(schedule.sigma(s + 1 - j));
        return new UniPcCoefficients(schedule.sigma(s), schedule.sigma(s + 1), lambdas);
    }

    /** @param lambdas of where the step leads, where it starts, and where earlier ones started */
    private UniPcCoefficients(float from, float to, float[] lambdas) {
        int order = lambdas.length - 1;
        float alpha = 1 - to;
        float h = lambdas[0] - lambdas[1];
        float growth = (float) Math.expm1(-h);
        keep = to / from;
        pull = alpha * growth;
        distances = new float[order];
        for (int j = 1; j < order; j++) distances[j - 1] = (lambdas[j + 1] - lambdas[1]) / h;
        distances[order - 1] = 1;
        b = moments(h, growth, order);
    }

    /** The φ functions that the weights must reproduce. */
    private static float[] moments(float h, float growth, int order) {
        float[] b = new float[order];
        float phi = growth / -h - 1;
        int factorial = 1;
        for (int j = 0; j < order; j++) {
            b[j] = phi * factorial / growth;
            factorial *= j + 2;
            phi = phi / -h - (float) (1.0 / factorial);
        }
        return b;
    }

    private static float lambda(float sigma) {
        return (float) Math.log(1 - sigma) - (float) Math.log(sigma);
    }

    int order() {
        return b.length;
    }

    float keep() {
        return keep;
    }

    float pull() {
        return pull;
    }

    /** How far back prediction j lies, in steps of this size; negative. */
    float distance(int j) {
        return distances[j - 1];
    }

    /** ρ of the earlier predictions. */
    float[] predictor() {
        int known = b.length - 1;
        return known == 1 ? new float[] {0.5f} : solve(known); // order 2 has a simplified form
    }

    /** ρ of the earlier predictions, and last that of the new one. */
    float[] corrector() {
        return b.length == 1 ? new float[] {0.5f} : solve(b.length); // order 1 has a simplified form
    }

    /** Solves {@code Σ_j distance_j^i · ρ_j = b_i} for i, j < n, eliminating without pivoting: row 0 is all ones. */
    private float[] solve(int n) {
        float[][] a = new float[n][n];
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = b[i];
            for (int j = 0; j < n; j++) a[i][j] = (float) Math.pow(distances[j], i);
        }
        for (int p = 0; p < n; p++) {
            for (int i = p + 1; i < n; i++) {
                float factor = a[i][p] / a[p][p];
                for (int j = p; j < n; j++) a[i][j] -= factor * a[p][j];
                x[i] -= factor * x[p];
            }
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int j = i + 1; j < n; j++) x[i] -= a[i][j] * x[j];
            x[i] /= a[i][i];
        }
        return x;
    }
}
