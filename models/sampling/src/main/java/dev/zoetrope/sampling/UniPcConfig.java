package dev.zoetrope.sampling;

import dev.zoetrope.engine.ModelConfig;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Settings of {@code UniPCMultistepScheduler} for flow matching.
 *
 * @param shiftTerminal σ that the schedule is stretched to end at before its last; 0 for none
 * @param order of the predictor, 1 to 3
 * @param endsAtZero whether the last step ends at σ = 0 rather than at its own σ
 * @param uncorrected steps whose result is not corrected
 */
record UniPcConfig(
        int trainTimesteps, double shift, double shiftTerminal, int order, boolean endsAtZero, Set<Integer> uncorrected)
        implements SchedulerConfig {
    /** Keeps log α finite at the first step. */
    private static final double EPSILON = 1e-6;

    UniPcConfig {
        if (!(shift > 0)) throw new IllegalArgumentException("shift: expected more than 0, but " + shift + " came");
        uncorrected = Set.copyOf(uncorrected);
    }

    static UniPcConfig read(ModelConfig config) {
        String prediction = config.text("prediction_type", "epsilon");
        if (!prediction.equals("flow_prediction")) {
            throw config.unexpected("prediction_type", "flow_prediction", prediction);
        }
        if (!config.flag("use_flow_sigmas", false)) throw config.unexpected("use_flow_sigmas", "true", false);
        config.allow("predict_x0", true);
        config.allow("thresholding", false);
        config.allow("use_karras_sigmas", false);
        config.allow("use_exponential_sigmas", false);
        config.allow("use_beta_sigmas", false);
        config.allow("use_dynamic_shifting", false); // needs the number of tokens, which no family gives
        config.allow("solver_order", 1, 2, 3);
        config.allow("solver_type", "bh2", "midpoint", "heun", "logrho"); // the reference takes the others for bh2
        config.allow("lower_order_final", true); // otherwise, as with bh1, the last step divides by zero
        config.allow("final_sigmas_type", "zero", "sigma_min");
        if (config.has("solver_p")) throw config.unexpected("solver_p", "null", "a scheduler");
        double shift = config.number("flow_shift", 1);
        if (shift <= 0) throw config.unexpected("flow_shift", "a number of more than 0", shift);
        return new UniPcConfig(
                config.size("num_train_timesteps", 1000),
                shift,
                config.number("shift_terminal", 0),
                config.size("solver_order", 2),
                config.text("final_sigmas_type", "zero").equals("zero"),
                Arrays.stream(config.indices("disable_corrector")).boxed().collect(Collectors.toSet()));
    }

    @Override
    public SchedulerConfig withShift(double shift) {
        return new UniPcConfig(trainTimesteps, shift, shiftTerminal, order, endsAtZero, uncorrected);
    }

    @Override
    public Scheduler scheduler(int steps, int first) {
        return new UniPcScheduler(this, schedule(steps, first));
    }

    private Schedule schedule(int steps, int first) {
        Schedule.checkSteps(steps);
        double[] sigmas = Arrays.copyOf(Schedule.linspace(1, 1.0 / trainTimesteps, steps + 1), steps);
        Schedule.shift(sigmas, shift);
        Schedule.stretch(sigmas, shiftTerminal);
        if (Math.abs(sigmas[0] - 1) < EPSILON) sigmas[0] -= EPSILON;
        float[] timesteps = new float[steps];
        for (int i = 0; i < steps; i++) timesteps[i] = (long) (sigmas[i] * trainTimesteps);
        return new Schedule(Schedule.endedAt(endsAtZero ? 0 : sigmas[steps - 1], sigmas), timesteps, first);
    }
}
