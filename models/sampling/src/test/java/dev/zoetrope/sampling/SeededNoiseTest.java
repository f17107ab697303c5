package dev.zoetrope.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SeededNoiseTest {
    @Test
    void the_generator_gives_the_known_answers_of_its_paper() {
        // From the Random123 distribution's kat_vectors, philox4x32 10: counter and key of zeros
        assertThat(SeededNoise.philox(0, 0, 0)).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    }

    @Test
    void a_shorter_draw_is_the_beginning_of_a_longer_one() {
        // Given
        float[] longer = SeededNoise.normal(42, 1001);
        // When
        float[] shorter = SeededNoise.normal(42, 3);
        // Then
        assertThat(shorter).containsExactly(Arrays.copyOf(longer, 3));
    }

    @Test
    void noise_is_standard_normal_and_differs_by_seed() {
        // Given
        float[] noise = SeededNoise.normal(1, 200_000);
        // When
        double mean = 0;
        double square = 0;
        double fourth = 0;
        for (float n : noise) {
            mean += n / noise.length;
            square += (double) n * n / noise.length;
            fourth += Math.pow(n, 4) / noise.length;
        }
        // Then
        assertThat(mean).isCloseTo(0, within(0.01));
        assertThat(square).isCloseTo(1, within(0.02));
        assertThat(fourth).isCloseTo(3, within(0.1));
        assertThat(SeededNoise.normal(2, 8)).isNotEqualTo(SeededNoise.normal(1, 8));
        assertThat(SeededNoise.normal(1L << 32, 8)).isNotEqualTo(SeededNoise.normal(0, 8));
    }

    @Test
    void a_seed_is_the_same_everywhere() {
        // Pinned: a change here changes every user's videos
        assertThat(SeededNoise.normal(7, 4)).containsExactly(2.9156765E-4f, -0.30484697f, 1.7887573f, 1.0678725f);
    }
}
