package dev.zoetrope.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.engine.InvalidRequest;
import dev.zoetrope.engine.ModelException;
import dev.zoetrope.engine.StaleCheckpoint;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerTest {
    private static final String UNIPC = """
        {"_class_name": "UniPCMultistepScheduler", "prediction_type": "flow_prediction", "use_flow_sigmas": true,
         "flow_shift": 5.0 %s}\
        """;

    @Property(tries = 200)
    void sigmas_fall_strictly_from_about_one_to_zero(
            @ForAll("configs") SchedulerConfig config, @ForAll @IntRange(min = 1, max = 1000) int steps) {
        // When
        Scheduler scheduler = config.scheduler(steps, 0);

        // Then
        assertThat(scheduler.sigma(0)).isBetween(0.99999f, 1f);
        for (int i = 0; i < steps; i++) assertThat(scheduler.sigma(i + 1)).isLessThan(scheduler.sigma(i));
        assertThat(scheduler.sigma(steps)).isZero();
    }

    @Property(tries = 100)
    void a_run_that_goes_on_from_its_state_is_the_unbroken_run_bit_for_bit(
            @ForAll("configs") SchedulerConfig config,
            @ForAll @IntRange(min = 1, max = 12) int steps,
            @ForAll @IntRange(max = 8) int skipped,
            @ForAll @IntRange(max = 12) int broken) {
        // Given
        Scheduler unbroken = config.scheduler(steps, Math.min(steps, skipped));
        float[] expected = run(unbroken, unbroken.first(), steps, noise(0));
        Scheduler before = config.scheduler(steps, Math.min(steps, skipped));
        int stop = Math.min(steps, before.first() + broken);
        float[] sample = run(before, before.first(), stop, noise(0));
        Map<String, HostTensor> state = before.state();

        // When
        Scheduler after = config.scheduler(steps, Math.min(steps, skipped));
        assertThat(after.restore(state, 60)).isEqualTo(stop);

        // Then
        assertThat(run(after, stop, steps, sample)).isEqualTo(expected);
    }

    @Property(tries = 100)
    void the_last_step_ends_at_what_the_network_says_is_clean(
            @ForAll("configs") SchedulerConfig config, @ForAll @IntRange(min = 1, max = 30) int steps) {
        // Given
        Scheduler scheduler = config.scheduler(steps, 0);
        float[] clean = noise(7);
        float[] sample = noise(0);

        // When
        for (int i = 0; i < steps; i++) sample = scheduler.step(i, towards(clean, sample, scheduler.sigma(i)), sample);

        // Then
        for (int k = 0; k < clean.length; k++) assertThat(sample[k]).isBetween(clean[k] - 2e-4f, clean[k] + 2e-4f);
    }

    @Test
    void frames_never_mix() {
        // Given
        SchedulerConfig config = unipc(3);
        float[] left = noise(1);
        float[] right = noise(2);
        float[] both = Arrays.copyOf(left, left.length * 2);
        System.arraycopy(right, 0, both, left.length, right.length);

        // When
        float[] together = runFixed(config.scheduler(6, 0), both);

        // Then
        assertThat(Arrays.copyOf(together, left.length)).isEqualTo(runFixed(config.scheduler(6, 0), left));
    }

    @Test
    void a_source_is_noised_to_where_its_run_starts() {
        // Given
        Scheduler scheduler = unipc(3).scheduler(20, 8);
        float sigma = scheduler.sigma(8);

        // When
        float[] noised = scheduler.noised(new float[] {2}, new float[] {-1});

        // Then
        assertThat(noised[0]).isEqualTo((1 - sigma) * 2 - sigma);
    }

    @Test
    void a_source_of_which_no_step_is_taken_stays_as_it_is() {
        assertThat(unipc(3).scheduler(20, 20).noised(new float[] {2}, new float[] {-1}))
                .containsExactly(2);
    }

    @Test
    void a_step_out_of_turn_is_refused() {
        assertThatThrownBy(() -> unipc(3).scheduler(20, 0).step(1, noise(0), noise(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected step 0 of 20, but step 1 came");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1001, 0", "20, -1", "20, 21"})
    void steps_out_of_range_are_refused(int steps, int first) {
        assertThatThrownBy(() -> unipc(3).scheduler(steps, first)).isInstanceOf(InvalidRequest.class);
    }

    @Test
    void a_checkpoint_of_another_run_is_stale() {
        // Given
        Scheduler run = unipc(3).scheduler(20, 0);
        run(run, 0, 3, noise(0));
        Map<String, HostTensor> state = run.state();
        Map<String, HostTensor> halves = new HashMap<>(state);
        halves.replaceAll((name, t) -> HostTensor.ofLongs(new long[(int) t.elements()], t.shape()));

        // Then
        assertStale(unipc(3).scheduler(21, 0), state, 60);
        assertStale(unipc(3).scheduler(20, 5), state, 60);
        assertStale(unipc(3).scheduler(20, 0), state, 61);
        assertStale(unipc(3).scheduler(20, 0), Map.of(), 60);
        assertStale(unipc(3).scheduler(20, 0), halves, 60);
        assertStale(new UniPcConfig(1000, 3, 0, 3, true, Set.of()).scheduler(20, 0), state, 60);
    }

    private static void assertStale(Scheduler scheduler, Map<String, HostTensor> state, int elements) {
        assertThatThrownBy(() -> scheduler.restore(state, elements))
                .isInstanceOf(StaleCheckpoint.class)
                .hasMessageStartingWith("checkpoint: expected");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ", \"prediction_type\": \"epsilon\"|prediction_type: expected flow_prediction, but epsilon came",
                ", \"use_flow_sigmas\": false|use_flow_sigmas: expected true, but false came",
                ", \"solver_order\": 4|solver_order: expected one of [1,2,3], but 4 came",
                ", \"solver_type\": \"bh1\"|solver_type: expected",
                ", \"lower_order_final\": false|lower_order_final: expected one of [true], but false came",
                ", \"predict_x0\": false|predict_x0: expected one of [true], but false came",
                ", \"thresholding\": true|thresholding: expected one of [false], but true came",
                ", \"use_karras_sigmas\": true|use_karras_sigmas: expected one of [false], but true came",
                ", \"use_dynamic_shifting\": true|use_dynamic_shifting: expected one of [false], but true came",
                ", \"flow_shift\": 0|flow_shift: expected a number of more than 0, but 0.0 came",
                ", \"flow_shift\": \"big\"|flow_shift: expected a number, but \"big\" came",
                ", \"solver_p\": {}|solver_p: expected null",
                ", \"_class_name\": \"DDIMScheduler\"|_class_name: expected UniPCMultistepScheduler or",
                ", \"disable_corrector\": [\"x\"]|disable_corrector: expected a list of whole numbers",
            })
    void a_setting_that_is_not_known_names_file_key_and_value(String setting, String message, @TempDir Path folder)
            throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("scheduler_config.json"), UNIPC.formatted(setting));

        // Then
        assertThatThrownBy(() -> SchedulerConfig.read(file))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Provide
    Arbitrary<SchedulerConfig> configs() {
        Arbitrary<Double> shift = Arbitraries.of(1.0, 3.0, 5.0, 12.0, 16.0);
        Arbitrary<SchedulerConfig> unipc = Combinators.combine(
                        shift, Arbitraries.integers().between(1, 3))
                .as((s, order) -> new UniPcConfig(1000, s, 0, order, true, Set.of()));
        return Arbitraries.oneOf(unipc, shift.map(s -> new FlowMatchEulerConfig(1000, s, 0)));
    }

    private static SchedulerConfig unipc(double shift) {
        return new UniPcConfig(1000, shift, 0, 2, true, Set.of());
    }

    private static float[] run(Scheduler scheduler, int from, int to, float[] sample) {
        float[] x = sample;
        for (int i = from; i < to; i++) x = scheduler.step(i, noise(i + 1), x);
        return x;
    }

    private static float[] runFixed(Scheduler scheduler, float[] sample) {
        float[] x = sample;
        for (int i = 0; i < scheduler.steps(); i++) x = scheduler.step(i, sample, x);
        return x;
    }

    private static float[] towards(float[] clean, float[] sample, float sigma) {
        float[] velocity = new float[clean.length];
        for (int k = 0; k < velocity.length; k++) velocity[k] = (sample[k] - clean[k]) / sigma;
        return velocity;
    }

    private static float[] noise(int seed) {
        Random random = new Random(seed);
        float[] values = new float[60];
        for (int k = 0; k < values.length; k++) values[k] = (float) random.nextGaussian();
        return values;
    }
}
