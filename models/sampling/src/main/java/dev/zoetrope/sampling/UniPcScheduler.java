package dev.zoetrope.sampling;

import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * UniPC, a predictor–corrector for diffusion models (arXiv 2302.04867), on predictions of x0 and with B(h) = exp(h) - 1. Follows
 * scheduling_unipc_multistep.py.
 *
 * <p>Each step first corrects the sample that it was given, now that the network has seen it, and then predicts the next one.
 */
final class UniPcScheduler extends Stepping {
    private final UniPcConfig config;
    /** The network's x0, newest first; as many as the solver's order. */
    private final float[] @Nullable [] predictions;
    /** The corrected sample that the last prediction started from. */
    private float @Nullable [] last;

    UniPcScheduler(UniPcConfig config, Schedule schedule) {
        super(schedule);
        this.config = config;
        this.predictions = new float[config.order()][];
    }

    @Override
    float[] advance(int i, float[] velocity, float[] sample) {
        float[] prediction = prediction(sigma(i), velocity, sample);
        float[] corrected = corrects(i) ? correct(i, prediction) : sample;
        remember(prediction);
        last = corrected == sample ? sample.clone() : corrected;
        return predict(i, corrected);
    }

    private static float[] prediction(float sigma, float[] velocity, float[] sample) {
        float[] clean = new float[sample.length];
        for (int k = 0; k < clean.length; k++) clean[k] = sample[k] - sigma * velocity[k];
        return clean;
    }

    private boolean corrects(int i) {
        return i > first() && !config.uncorrected().contains(i - 1);
    }

    /** The order of the prediction made at step i: what history there is, and less towards the end. */
    private int order(int i) {
        return Math.min(Math.min(config.order(), steps() - i), i - first() + 1);
    }

    private float[] correct(int i, float[] prediction) {
        UniPcCoefficients c = UniPcCoefficients.of(this, i - 1, order(i - 1));
        float[] rho = c.corrector();
        float[] newest = newest(0);
        float[] residual = residual(c, rho);
        float weight = rho[rho.length - 1];
        for (int k = 0; k < residual.length; k++) residual[k] += weight * (prediction[k] - newest[k]);
        return move(c, past(last), newest, residual);
    }

    private float[] predict(int i, float[] sample) {
        UniPcCoefficients c = UniPcCoefficients.of(this, i, order(i));
        return move(c, sample, newest(0), residual(c, c.predictor()));
    }

    /** The weighted divided differences of earlier predictions from the newest. */
    private float[] residual(UniPcCoefficients c, float[] rho) {
        float[] newest = newest(0);
        float[] residual = new float[newest.length];
        for (int j = 1; j < c.order(); j++) {
            float[] older = newest(j);
            float weight = rho[j - 1];
            float distance = c.distance(j);
            for (int k = 0; k < residual.length; k++) residual[k] += weight * ((older[k] - newest[k]) / distance);
        }
        return residual;
    }

    private static float[] move(UniPcCoefficients c, float[] sample, float[] newest, float[] residual) {
        float keep = c.keep();
        float pull = c.pull();
        float[] next = new float[sample.length];
        for (int k = 0; k < next.length; k++) next[k] = keep * sample[k] - pull * newest[k] - pull * residual[k];
        return next;
    }

    private void remember(float[] prediction) {
        System.arraycopy(predictions, 0, predictions, 1, predictions.length - 1);
        predictions[0] = prediction;
    }

    private float[] newest(int j) {
        return past(predictions[j]);
    }

    private static float[] past(float @Nullable [] values) {
        if (values == null) throw new IllegalStateException("expected a step in the past, but this is the first");
        return values;
    }

    @Override
    void saveTo(Map<String, HostTensor> state) {
        if (last != null) state.put("last_sample", HostTensor.ofFloats(last, last.length));
        for (int j = 0; j < predictions.length; j++) {
            float[] prediction = predictions[j];
            if (prediction != null) {
                state.put("prediction." + j, HostTensor.ofFloats(prediction, prediction.length));
            }
        }
    }

    @Override
    void restoreFrom(Map<String, HostTensor> state, int taken, int elements) {
        last = taken == 0 ? null : floats(state, "last_sample", elements);
        for (int j = 0; j < predictions.length; j++) {
            predictions[j] = j < taken ? floats(state, "prediction." + j, elements) : null;
        }
    }

    private static float[] floats(Map<String, HostTensor> state, String name, int elements) {
        return stored(state, name, DType.F32, elements).floats();
    }
}
