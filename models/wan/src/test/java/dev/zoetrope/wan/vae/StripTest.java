package dev.zoetrope.wan.vae;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StripTest {
    @Property
    void counts_of_all_tiles_sum_to_one_at_every_place(
            @ForAll @IntRange(min = 1, max = 300) int length,
            @ForAll @IntRange(min = 4, max = 80) int tile,
            @ForAll @IntRange(min = 1, max = 16) int scale) {
        // When
        List<Strip> strips = Strip.cut(length, tile, scale);
        // Then
        double[] sums = new double[length * scale];
        for (Strip strip : strips) {
            assertThat(strip.counts()).hasSize(strip.size() * scale);
            for (int p = 0; p < strip.counts().length; p++) sums[strip.begin() * scale + p] += strip.counts()[p];
        }
        for (double sum : sums) assertThat(sum).isCloseTo(1, Offset.offset(1e-5));
    }

    @Property
    void neighbours_share_at_least_a_quarter(
            @ForAll @IntRange(min = 9, max = 300) int length, @ForAll @IntRange(min = 4, max = 8) int quarters) {
        // Given
        int tile = 4 * quarters;
        // When
        List<Strip> strips = Strip.cut(length, tile, 1);
        // Then
        for (int i = 1; i < strips.size(); i++) {
            assertThat(strips.get(i - 1).begin() + tile - strips.get(i).begin()).isGreaterThanOrEqualTo(tile / 4);
        }
    }

    @Test
    void an_axis_no_longer_than_a_tile_is_one_strip() {
        // When, Then
        assertThat(Strip.cut(8, 8, 2))
                .singleElement()
                .satisfies(s -> assertThat(s.counts()).hasSize(16).containsOnly(1));
        assertThat(Strip.cut(8, 0, 2)).hasSize(1);
    }
}
