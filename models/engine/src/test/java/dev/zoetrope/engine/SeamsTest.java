package dev.zoetrope.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.tensors.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SeamsTest {
    @Test
    void what_stands_before_is_shown_and_then_left_frame_by_frame() {
        // Given
        List<Integer> out = new ArrayList<>();
        Consumer<HostTensor> seams = Seams.meeting(sink(out), 4, 3, frame(150), 12, null);
        // When
        seams.accept(frames(12, 100));
        // Then
        assertThat(out).containsExactly(100, 100, 150, 140, 130, 120, 110, 100, 100, 100, 100, 100);
    }

    @Test
    void what_stands_after_is_approached_frame_by_frame_and_shown_where_it_is_given() {
        // Given
        List<Integer> out = new ArrayList<>();
        Consumer<HostTensor> seams = Seams.meeting(sink(out), 4, 0, null, 6, frame(150));
        // When: chunks end anywhere
        seams.accept(frames(5, 100));
        seams.accept(frames(4, 100));
        // Then
        assertThat(out).containsExactly(100, 100, 110, 120, 130, 140, 150, 100, 100);
    }

    @Test
    void a_short_passage_meets_both_sides_in_the_frames_that_it_has() {
        // Given
        List<Integer> out = new ArrayList<>();
        Consumer<HostTensor> seams = Seams.meeting(sink(out), 4, 1, frame(140), 4, frame(60));
        // When
        seams.accept(frames(5, 100));
        // Then
        assertThat(out).containsExactly(140, 120, 100, 80, 60);
    }

    @Test
    void a_value_stays_within_a_byte() {
        // Given
        List<Integer> out = new ArrayList<>();
        Consumer<HostTensor> seams = Seams.meeting(sink(out), 4, 1, frame(255), 3, null);
        // When
        seams.accept(frames(1, 100));
        seams.accept(frames(2, 200));
        // Then
        assertThat(out).containsExactly(255, 255, 252);
    }

    @Test
    void beside_nothing_given_the_frames_go_straight_through() {
        // Given
        Consumer<HostTensor> out = chunk -> {};
        // When
        Consumer<HostTensor> seams = Seams.meeting(out, 4, 0, null, 33, null);
        // Then
        assertThat(seams).isSameAs(out);
    }

    private static Consumer<HostTensor> sink(List<Integer> values) {
        return frame -> {
            assertThat(frame.shape()).containsExactly(1, 1, 2, 3);
            values.add(frame.bytes()[4] & 0xff);
        };
    }

    private static HostTensor frame(int value) {
        return frames(1, value);
    }

    private static HostTensor frames(int count, int value) {
        byte[] bytes = new byte[count * 6];
        Arrays.fill(bytes, (byte) value);
        return HostTensor.ofBytes(bytes, count, 1, 2, 3);
    }
}
