package dev.zoetrope.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentSpecTest {
    private static final List<Start> STARTS = List.of(
            new Start.Free(),
            new Start.Picture(Role.FIRST_FRAME),
            new Start.Video(Role.FROM, 9),
            new Start.Continuing(0, 13));
    private static final List<End> ENDS = List.of(
            new End.Free(),
            new End.Picture(Role.LAST_FRAME),
            new End.Video(Role.TO, 9),
            new End.Meeting(0, 5),
            new End.Circle());

    @Test
    void frames_that_two_have_are_decoded_and_shown_by_one() {
        assertThat(STARTS.stream().map(start -> of(start, new End.Free())))
                .extracting(SegmentSpec::decoded, SegmentSpec::shown)
                .containsExactly(
                        tuple(33, new Span(0, 33)),
                        tuple(33, new Span(0, 33)),
                        tuple(33, new Span(9, 33)),
                        tuple(20, new Span(0, 20)));
        assertThat(ENDS.stream().map(end -> of(new Start.Free(), end)))
                .extracting(SegmentSpec::decoded, SegmentSpec::shown)
                .containsExactly(
                        tuple(33, new Span(0, 33)),
                        tuple(33, new Span(0, 33)),
                        tuple(33, new Span(0, 24)),
                        tuple(33, new Span(0, 28)),
                        tuple(32, new Span(0, 32)));
    }

    @Test
    void a_window_without_a_frame_to_make_is_refused() {
        assertThatThrownBy(() -> SegmentSpec.of(
                        0, 0, "a", 1, 18, new Start.Video(Role.FROM, 9), new End.Video(Role.TO, 9), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("to: expected more than 9, came 9");
        assertThatThrownBy(() -> SegmentSpec.of(0, 0, "a", 1, 1, new Start.Picture(Role.FROM), new End.Free(), null))
                .hasMessage("frames: expected more than the 1 known ones, came 1");
    }

    @Test
    void every_start_end_and_part_has_its_case() {
        List<Part> parts = List.of(new Part.Made(0), new Part.Given(Role.FROM));
        assertCovers(Start.class, STARTS);
        assertCovers(End.class, ENDS);
        assertCovers(Part.class, parts);
        assertThat(STARTS).allSatisfy(start -> assertThat(start.<Object>match(
                        Start.Free::new, picture -> picture, video -> video, continuing -> continuing))
                .isEqualTo(start));
        assertThat(ENDS).allSatisfy(end -> assertThat(end.<Object>match(
                        End.Free::new, picture -> picture, video -> video, meeting -> meeting, circle -> circle))
                .isEqualTo(end));
        assertThat(parts).allSatisfy(part -> assertThat(part.<Object>match(made -> made, given -> given))
                .isEqualTo(part));
    }

    private static void assertCovers(Class<?> type, List<?> records) {
        assertThat(records.stream().<Class<?>>map(Object::getClass))
                .containsExactlyInAnyOrder(type.getPermittedSubclasses());
    }

    private static SegmentSpec of(Start start, End end) {
        return SegmentSpec.of(0, 0, "a", 1, 33, start, end, null);
    }
}
