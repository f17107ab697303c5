package dev.zoetrope.wan.golden;

import dev.zoetrope.sampling.Scheduler;
import dev.zoetrope.sampling.SchedulerConfig;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;

/** {@code scheduler.step} with {@code velocity[i]} gives {@code latents[i]}. */
final class SchedulerRunner implements Runner {
    private static final double STEP = 1e-5;
    private static final double SIGMA = 1e-7;
    private static final String CONFIG = "scheduler_config.json";

    @Override
    public String kind() {
        return "scheduler";
    }

    @Override
    public boolean takes(GoldenCase golden) {
        return Files.exists(golden.model().resolve(CONFIG));
    }

    @Override
    public List<Measured> run(GoldenCase golden, Precision precision) {
        golden.useModel(CONFIG);
        float[] timesteps = golden.out("timesteps").floats();
        int steps = timesteps.length;
        Scheduler scheduler =
                SchedulerConfig.read(golden.model().resolve(CONFIG)).scheduler(steps, 0);
        float[] toldTimesteps = new float[steps];
        float[] sigmas = new float[steps + 1];
        for (int i = 0; i < steps; i++) toldTimesteps[i] = scheduler.timestep(i);
        for (int i = 0; i <= steps; i++) sigmas[i] = scheduler.sigma(i);
        return List.of(
                Measured.largest("timesteps", timesteps, toldTimesteps, 0),
                Measured.largest("sigmas", golden.out("sigmas").floats(), sigmas, SIGMA),
                steps(golden, scheduler));
    }

    private static Measured steps(GoldenCase golden, Scheduler scheduler) {
        float[] sample = golden.in("latents").floats();
        float[] velocities = golden.in("velocity").floats();
        float[] came = new float[scheduler.steps() * sample.length];
        for (int i = 0; i < scheduler.steps(); i++) {
            int from = i * sample.length;
            sample = scheduler.step(i, Arrays.copyOfRange(velocities, from, from + sample.length), sample);
            System.arraycopy(sample, 0, came, from, sample.length);
        }
        return Measured.largest("every step", golden.out("latents").floats(), came, STEP);
    }
}
