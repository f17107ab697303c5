package dev.zoetrope.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The circle of a loop, with networks that show what they were asked. */
class SamplerTest {
    private static final int[] PATCH = {1, 2, 2};
    private static final SchedulerConfig CONFIG =
            SchedulerConfig.read(Path.of("../toybox/scheduler/scheduler_config.json"));

    @Test
    void a_loop_is_cut_elsewhere_at_each_step_and_shows_what_comes_before_the_cut() {
        // Given
        HostTensor start = HostTensor.ofFloats(new float[] {10, 11, 12, 13}, 1, 4, 1, 1);
        List<List<Float>> asked = new ArrayList<>();
        Sampler.Velocity still = (x, t, timesteps) -> {
            asked.add(list(x.floats()));
            return HostTensor.ofFloats(new float[5], 1, 5, 1, 1);
        };
        // When
        HostTensor made = sample(still, start);
        // Then
        List<List<Float>> order = asked.stream()
                .map(line -> line.stream().map(v -> v - least(line) + 10).toList())
                .toList();
        assertThat(asked).hasSize(5);
        assertThat(order.get(0)).containsExactly(13f, 10f, 11f, 12f, 13f);
        assertThat(order.stream().map(line -> line.get(1)).toList()).containsExactly(10f, 11f, 12f, 13f, 10f);
        assertThat(made.shape()).containsExactly(1, 4, 1, 1);
    }

    @Test
    void what_a_network_says_of_the_first_latent_of_a_line_changes_nothing() {
        // Given
        HostTensor start = HostTensor.ofFloats(SeededNoise.normal(3, 24), 2, 3, 2, 2);
        Sampler.Velocity plain = (x, t, timesteps) -> x;
        Sampler.Velocity spoilt = (x, t, timesteps) -> {
            HostTensor lost = HostTensor.ofFloats(filled(8, Float.NaN), 2, 1, 2, 2);
            return LatentFrames.concat(lost, LatentFrames.last(x, 3));
        };
        // When
        HostTensor made = sample(spoilt, start);
        // Then
        assertThat(made).isEqualTo(sample(plain, start));
    }

    @Test
    void a_network_that_sees_each_frame_alone_makes_the_same_of_a_loop_as_of_a_line() {
        // Given
        HostTensor start = HostTensor.ofFloats(SeededNoise.normal(4, 24), 2, 3, 2, 2);
        Sampler.Velocity alone = (x, t, timesteps) -> x;
        // When
        HostTensor line = new Sampler(alone, PATCH, false)
                .sample(CONFIG.scheduler(5, 0), start, KnownLatents.none(), null, (step, steps, c) -> true);
        // Then
        assertThat(sample(alone, start)).isEqualTo(line);
    }

    private static HostTensor sample(Sampler.Velocity velocity, HostTensor start) {
        return new Sampler(velocity, PATCH, true)
                .sample(CONFIG.scheduler(5, 0), start, KnownLatents.none(), null, (step, steps, c) -> true);
    }

    private static float least(List<Float> line) {
        return line.stream().min(Float::compare).orElseThrow();
    }

    private static List<Float> list(float[] values) {
        List<Float> list = new ArrayList<>();
        for (float value : values) list.add(value);
        return list;
    }

    private static float[] filled(int count, float value) {
        float[] values = new float[count];
        Arrays.fill(values, value);
        return values;
    }
}
