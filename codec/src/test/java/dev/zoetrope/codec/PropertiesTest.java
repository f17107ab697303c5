package dev.zoetrope.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.codec.preview.Spread;
import dev.zoetrope.codec.reading.RateConverter;
import dev.zoetrope.tensors.HostTensor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PropertiesTest {
    @Property(tries = 300)
    void a_rate_that_is_there_already_passes_unchanged(
            @ForAll @IntRange(min = 1, max = 120) int rate,
            @ForAll @IntRange(min = 1, max = 200) int frames,
            @ForAll @DoubleRange(min = 0, max = 10) double start) {
        RateConverter converter = new RateConverter(FrameRate.of(rate), 0, 1000);
        long first = converter.next(start);
        assertThat(first).isZero();
        for (int i = 1; i < frames; i++) {
            // Times as a file with a clock of milliseconds has them.
            double time = start + Math.round(i * 1000.0 / rate) / 1000.0;
            assertThat(converter.next(time)).isEqualTo(1);
        }
        assertThat(converter.end(1.0 / rate)).isEqualTo(1);
    }

    @Property(tries = 300)
    void as_many_frames_come_out_as_the_time_holds(
            @ForAll @Size(min = 1, max = 60) java.util.List<Double> raw,
            @ForAll @IntRange(min = 1, max = 60) int rate) {
        RateConverter converter = new RateConverter(FrameRate.of(rate), 0, 1e9);
        double time = 0;
        long shown = converter.next(0);
        for (double value : raw) {
            time += Double.isFinite(value) ? Math.abs(value) % 2 : 0.5;
            shown += converter.next(time);
        }
        shown += converter.end(0.04);
        assertThat(shown).isEqualTo(Math.max(1, Math.round((time + 0.04) * rate)));
    }

    @Property(tries = 500)
    void cover_covers_and_contain_stays_within(
            @ForAll @IntRange(min = 1, max = 4000) int sourceWidth,
            @ForAll @IntRange(min = 1, max = 4000) int sourceHeight,
            @ForAll @IntRange(min = 1, max = 2000) int width,
            @ForAll @IntRange(min = 1, max = 2000) int height) {
        Placement inside = Placement.of(Fit.CONTAIN, sourceWidth, sourceHeight, width, height);
        assertThat(inside.x()).isBetween(0, width - inside.scaledWidth());
        assertThat(inside.y()).isBetween(0, height - inside.scaledHeight());

        if ((double) Math.max(sourceWidth, sourceHeight) / Math.min(sourceWidth, sourceHeight) > 10) return;
        Placement over = Placement.of(Fit.COVER, sourceWidth, sourceHeight, width, height);
        assertThat(over.x()).isBetween(width - over.scaledWidth(), 0);
        assertThat(over.y()).isBetween(height - over.scaledHeight(), 0);
    }

    @Property(tries = 100)
    void turning_on_and_back_changes_nothing(
            @ForAll @IntRange(min = 1, max = 9) int height,
            @ForAll @IntRange(min = 1, max = 9) int width,
            @ForAll @IntRange(min = 0, max = 3) int quarter) {
        HostTensor picture = picture(height, width);
        HostTensor turned = Orientation.turned(90 * quarter).upright(picture);
        assertThat(Orientation.turned((360 - 90 * quarter) % 360).upright(turned))
                .isEqualTo(picture);
    }

    @Property(tries = 100)
    void a_frame_rate_reads_what_it_writes(
            @ForAll @IntRange(min = 1, max = 120_000) int numerator,
            @ForAll @IntRange(min = 121, max = 2000) int denominator) {
        FrameRate rate = new FrameRate(numerator, denominator);
        assertThat(FrameRate.parse(rate.toString())).isEqualTo(rate);
    }

    @Property(tries = 200)
    void picked_frames_rise_and_exist(
            @ForAll @IntRange(min = 1, max = 5000) int frames, @ForAll @IntRange(min = 1, max = 100) int count) {
        assertThat(Spread.over(frames, count))
                .isSorted()
                .doesNotHaveDuplicates()
                .hasSize(Math.min(frames, count))
                .allSatisfy(i -> assertThat(i).isBetween(0L, frames - 1L));
    }

    private static HostTensor picture(int height, int width) {
        byte[] pixels = new byte[height * width * 3];
        for (int i = 0; i < pixels.length; i++) pixels[i] = (byte) i;
        return HostTensor.ofBytes(pixels, height, width, 3);
    }
}
