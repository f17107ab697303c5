package dev.zoetrope.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.tensors.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each frame is one pixel that carries its number. */
class NeededFramesTest {
    private static final int LENGTH = 7;
    private static final int READ = 16;

    private final List<HostTensor> chunks = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"1,1", "7,7", "8,100", "14,14", "16,16", "17,40", "100,100", "100,260"})
    void the_first_frames_are_handed_on_in_order(int needed, int came) {
        // Given
        NeededFrames frames = new NeededFrames(needed, false, LENGTH, chunks::add);

        // When
        pour(frames, came);
        frames.finish();

        // Then
        assertThat(numbers()).containsExactly(range(0, needed));
        assertThat(chunks).allMatch(chunk -> chunk.size(0) <= LENGTH);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "5,5", "5,16", "5,17", "5,250", "17,33", "40,100"})
    void the_last_frames_are_handed_on_in_order(int needed, int came) {
        // Given
        NeededFrames frames = new NeededFrames(needed, true, LENGTH, chunks::add);

        // When
        pour(frames, came);
        frames.finish();

        // Then
        assertThat(numbers()).containsExactly(range(came - needed, came));
        assertThat(chunks).allMatch(chunk -> chunk.size(0) <= LENGTH);
    }

    @Test
    void however_long_a_video_is_no_more_than_a_chunk_and_what_was_read_last_is_held() {
        // Given
        NeededFrames all = new NeededFrames(100_000, false, LENGTH, chunk -> {});
        NeededFrames last = new NeededFrames(33, true, LENGTH, chunk -> {});
        int most = 0;
        int mostOfLast = 0;

        // When
        for (int from = 0; from < 100_000; from += READ) {
            all.accept(numbered(from, READ));
            last.accept(numbered(from, READ));
            most = Math.max(most, all.held());
            mostOfLast = Math.max(mostOfLast, last.held());
        }

        // Then
        assertThat(most).isLessThan(LENGTH + READ);
        assertThat(mostOfLast).isLessThan(33 + READ);
    }

    @Test
    void the_last_chunk_waits_until_all_has_come() {
        // Given
        NeededFrames frames = new NeededFrames(14, false, LENGTH, chunks::add);

        // When
        pour(frames, 40);

        // Then
        assertThat(chunks).hasSize(1);
        assertThat(frames.seen()).isEqualTo(40);
    }

    @Test
    void too_few_frames_are_not_completed() {
        // Given
        NeededFrames frames = new NeededFrames(20, false, LENGTH, chunks::add);

        // When
        pour(frames, 19);
        frames.finish();

        // Then
        assertThat(numbers()).hasSizeLessThan(20);
        assertThat(frames.seen()).isEqualTo(19);
    }

    private static void pour(NeededFrames frames, int count) {
        for (int from = 0; from < count; from += READ) frames.accept(numbered(from, Math.min(READ, count - from)));
    }

    private static HostTensor numbered(int from, int count) {
        byte[] pixels = new byte[3 * count];
        for (int i = 0; i < count; i++) {
            pixels[3 * i] = (byte) (from + i);
            pixels[3 * i + 1] = (byte) ((from + i) >> 8);
        }
        return HostTensor.ofBytes(pixels, count, 1, 1, 3);
    }

    private int[] numbers() {
        return chunks.stream()
                .map(HostTensor::bytes)
                .flatMapToInt(pixels -> IntStream.range(0, pixels.length / 3)
                        .map(i -> (pixels[3 * i] & 0xff) | (pixels[3 * i + 1] & 0xff) << 8))
                .toArray();
    }

    private static int[] range(int from, int to) {
        return IntStream.range(from, to).toArray();
    }
}
