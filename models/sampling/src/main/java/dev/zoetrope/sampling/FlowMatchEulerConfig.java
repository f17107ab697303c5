package dev.zoetrope.sampling;

import dev.zoetrope.engine.ModelConfig;

/**
 * Settings of {@code FlowMatchEulerDiscreteScheduler}.
 *
 * @param shiftTerminal σ that the schedule is stretched to end at before 0; 0 for none
 */
record FlowMatchEulerConfig(int trainTimesteps, double shift, double shiftTerminal) implements SchedulerConfig {
    FlowMatchEulerConfig {
        if (!(shift > 0)) throw new IllegalArgumentException("shift: expected more than 0, but " + shift + " came");
    }

    static FlowMatchEulerConfig read(ModelConfig config) {
        config.allow("use_dynamic_shifting", false); // needs the number of tokens, which no family gives
        config.allow("use_karras_sigmas", false);
        config.allow("use_exponential_sigmas", false);
        config.allow("use_beta_sigmas", false);
        config.allow("invert_sigmas", false);
        config.allow("stochastic_sampling", false);
        double shift = config.number("shift", 1);
        if (shift <= 0) throw config.unexpected("shift", "a number of more than 0", shift);
        return new FlowMatchEulerConfig(
                config.size("num_train_timesteps", 1000), shift, config.number("shift_terminal", 0));
    }

    @Override
    public SchedulerConfig withShift(double shift) {
        return new FlowMatchEulerConfig(trainTimesteps, shift, shiftTerminal);
    }

    @Override
    public Scheduler scheduler(int steps, int first) {
        return new FlowMatchEulerScheduler(schedule(steps, first));
    }

    private Schedule schedule(int steps, int first) {
        Schedule.checkSteps(steps);
        // The ends were shifted once when the reference was made, and are shifted again with the rest.
        double[] sigmas = Schedule.linspace(trained(trainTimesteps), trained(1), steps);
        for (int i = 0; i < steps; i++) sigmas[i] /= trainTimesteps;
        Schedule.shift(sigmas, shift);
        Schedule.stretch(sigmas, shiftTerminal);
        float[] falling = Schedule.endedAt(0, sigmas);
        float[] timesteps = new float[steps];
        for (int i = 0; i < steps; i++) timesteps[i] = falling[i] * trainTimesteps;
        return new Schedule(falling, timesteps, first);
    }

    /** The shifted timestep of the trained schedule; the reference keeps its σ in single precision. */
    private double trained(int timestep) {
        float sigma = (float) timestep / trainTimesteps;
        float shifted = (float) shift * sigma / (1 + (float) (shift - 1) * sigma);
        return shifted * (double) trainTimesteps;
    }
}
