package dev.zoetrope.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.planning.Windows.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With toybox's numbers: windows of 33 frames, 13 of them shared, 4 a latent. */
class WindowsTest {
    private static final Windows WINDOWS = new Windows(33, 13, 4);

    @Test
    void what_leads_up_is_cut_from_its_end_and_each_window_ends_in_the_start_of_the_next() {
        assertThat(WINDOWS.cutBackward(32, 9)).containsExactly(new Window(17, 0, 9), new Window(33, 0, 9));
        assertThat(WINDOWS.cutBackward(28, 9)).containsExactly(new Window(13, 0, 9), new Window(33, 0, 9));
        assertThat(WINDOWS.cutBackward(24, 9)).containsExactly(new Window(33, 0, 9));
        assertThat(WINDOWS.cutBackward(4, 1)).containsExactly(new Window(5, 0, 1));
    }

    @Test
    void the_last_window_of_a_passage_has_all_the_room_that_there_is() {
        // When
        List<Window> windows = WINDOWS.cutClosing(31 + 9, 9, 9);
        // Then
        assertThat(windows).containsExactly(new Window(29, 9, 0), new Window(33, 13, 9));
    }

    @Test
    void a_passage_of_one_window_is_as_long_as_it_is() {
        assertThat(WINDOWS.cutClosing(3 + 9, 9, 9)).containsExactly(new Window(21, 9, 9));
        assertThat(WINDOWS.cutClosing(15 + 9, 9, 9)).containsExactly(new Window(33, 9, 9));
    }

    @Test
    void every_passage_has_windows_on_the_grid_whose_new_frames_are_all_and_room_between_what_is_known() {
        for (int fresh = 3; fresh < 300; fresh += 4) {
            // When
            List<Window> windows = WINDOWS.cutClosing(fresh + 9, 9, 9);
            // Then
            int made = windows.stream()
                    .mapToInt(window -> window.frames() - window.overlap() - window.closing())
                    .sum();
            assertThat(made).isEqualTo(fresh);
            assertThat(windows).allSatisfy(window -> {
                assertThat(window.frames() % 4).isEqualTo(1);
                assertThat(window.frames()).isBetween(window.overlap() + window.closing() + 3, 33);
            });
            for (int i = 1; i < windows.size(); i++) {
                assertThat(windows.get(i).overlap())
                        .isLessThanOrEqualTo(windows.get(i - 1).frames());
            }
        }
    }

    @Test
    void every_way_up_has_windows_on_the_grid_whose_new_frames_are_all() {
        for (int fresh = 4; fresh < 300; fresh += 4) {
            // When
            List<Window> windows = WINDOWS.cutBackward(fresh, 5);
            // Then
            assertThat(windows.stream()
                            .mapToInt(window -> window.frames() - window.closing())
                            .sum())
                    .isEqualTo(fresh);
            assertThat(windows)
                    .allSatisfy(window -> assertThat(window.frames() % 4).isEqualTo(1));
        }
    }
}
