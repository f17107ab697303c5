package dev.zoetrope.cli.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zoetrope.cli.OptionNames;
import dev.zoetrope.cli.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CallTest {
    /** What the command sets by itself: nobody can get it wrong. */
    private static final Set<String> ITS_OWN = Set.of("response_format");

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("tasks")
    void every_parameter_that_the_gateway_can_refuse_is_told_as_an_option(Task task) throws Exception {
        // Given
        Path storyboard = Files.writeString(folder.resolve("shots.json"), "[]");
        Wish wish = new Wish(task, "a ball", "toybox", "64x64", 5, 8, 1L, 1, 1.0, "grey", storyboard);

        // When
        Call call = Call.of(wish, () -> new ObjectMapper().createObjectNode());

        // Then
        assertThat(call.fields()).isNotEmpty();
        for (String field : call.fields().keySet()) {
            if (ITS_OWN.contains(field)) continue;
            assertThat(OptionNames.in(field + ": expected another", task))
                    .startsWith("--")
                    .contains(": expected another");
        }
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
