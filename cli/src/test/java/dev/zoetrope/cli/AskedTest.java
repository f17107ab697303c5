package dev.zoetrope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.request.CharacterReference;
import dev.zoetrope.contracts.request.Format;
import dev.zoetrope.contracts.request.GenerationRequest;
import dev.zoetrope.contracts.request.Sampling;
import dev.zoetrope.requests.RequestWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AskedTest {
    /** What the command sets by itself: nobody can get it wrong. */
    private static final Set<String> ITS_OWN = Set.of("response_format");

    private static final Asked.Window WINDOW = new Asked.Window(33, 4);

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("tasks")
    void every_parameter_that_the_gateway_can_refuse_is_told_as_an_option(Task task) throws Exception {
        // Given
        Path storyboard = Files.writeString(folder.resolve("shots.json"), "[{\"prompt\": \"a\", \"seconds\": \"2\"}]");
        Format format = new Format("toybox", "64x64", 8);
        Asked asked = new Asked(task, "a ball", format, 5, new Sampling(1, 1.0, "grey", 1L), storyboard);

        // When
        GenerationRequest request = asked.request(() -> WINDOW, List.of(new CharacterReference("char_1")));

        // Then
        assertThat(RequestWriter.form(request)).isNotEmpty();
        for (String field : RequestWriter.form(request).keySet()) {
            if (ITS_OWN.contains(field)) continue;
            assertThat(OptionNames.in(field + ": expected another", task))
                    .startsWith("--")
                    .contains(": expected another");
        }
    }

    @Test
    void a_passage_is_about_half_a_window_where_nothing_else_is_said() throws Exception {
        // Given
        Path media = Path.of("a.mp4");

        // Then
        assertThat(asked(new Task.Extend(media, false))
                        .request(() -> WINDOW, null)
                        .frames())
                .isEqualTo(16);
        assertThat(asked(new Task.Loop(media)).request(() -> WINDOW, null).frames())
                .isEqualTo(15);
        assertThat(asked(new Task.Connect(media, media))
                        .request(() -> WINDOW, null)
                        .frames())
                .isEqualTo(15);
    }

    private static Asked asked(Task task) {
        return new Asked(task, "a ball", Format.DEFAULTS, null, Sampling.DEFAULTS, null);
    }

    static Stream<Task> tasks() {
        Path media = Path.of("a.mp4");
        return Stream.of(
                new Task.Create(null, null, List.of()),
                new Task.Create(media, media, List.of(media)),
                new Task.Extend(media, true),
                new Task.Loop(media),
                new Task.Connect(media, media),
                new Task.Edit(media, 0.5));
    }
}
