package dev.zoetrope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionNamesTest {
    private static final Task CREATE = new Task.Create(null, null, List.of());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "input_reference: expected a picture | --first-frame: expected a picture",
                "last_frame: expected no picture without input_reference | --last-frame: expected no picture without --first-frame",
                "negative_prompt: expected a text | --negative-prompt: expected a text",
                "storyboard[1].seconds: expected 1 to 60 | --storyboard[1].seconds: expected 1 to 60",
                "width: expected a multiple of 16 | --size: width: expected a multiple of 16",
                "characters[1]: expected a video | --character[1]: expected a video",
                "video: expected a video | --character: expected a video",
                "Missing required parameter: 'seconds'. | Missing required parameter: '--frames: seconds'.",
                "Missing required parameter: 'storyboard[1].seconds'. | Missing required parameter: '--storyboard[1].seconds'.",
                "The model 'seed' is not served here. | The model 'seed' is not served here.",
                "The video 'prompt' failed: it has no content. | The video 'prompt' failed: it has no content.",
            })
    void a_message_names_options(String message, String told) {
        assertThat(OptionNames.in(message, CREATE)).isEqualTo(told);
    }

    @Test
    void a_given_video_is_named_by_its_task() {
        // Given
        Path video = Path.of("a.mp4");
        String message = "video: expected a video of at least 5 frames, came 1";

        // Then
        assertThat(OptionNames.in(message, new Task.Extend(video, false))).startsWith("--extend: ");
        assertThat(OptionNames.in(message, new Task.Loop(video))).startsWith("--loop: ");
        assertThat(OptionNames.in(message, new Task.Edit(video, 0.5))).startsWith("--edit: ");
    }
}
