package dev.zoetrope.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.GenerationRequested;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.request.ConnectVideos;
import dev.zoetrope.contracts.request.CreateCharacter;
import dev.zoetrope.contracts.request.CreateFile;
import dev.zoetrope.contracts.request.CreateImages;
import dev.zoetrope.contracts.request.CreateVideo;
import dev.zoetrope.contracts.request.EditVideo;
import dev.zoetrope.contracts.request.ExtendVideo;
import dev.zoetrope.contracts.request.Format;
import dev.zoetrope.contracts.request.Sampling;
import dev.zoetrope.contracts.request.Upload;
import dev.zoetrope.requests.RequestRefused.Reason;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class RequestReaderTest {
    private static final Upload UPLOAD = new Upload("a.mp4", "video/mp4", Path.of("a.mp4"), 7);

    @Test
    void json_is_bound_to_the_record_of_its_call() {
        // When
        CreateVideo video = json("""
                {"prompt": "a ball", "seconds": "4", "size": "64x96", "steps": 20.0, "guidance": 2.5, "seed": 7,
                 "negative_prompt": "blur", "storyboard": [{"prompt": "b", "seconds": 2, "cut": false}],
                 "characters": [{"id": "char_1"}], "webhook": {"url": "https://example.com", "secret_id": "we_1"},
                 "input_reference": {"file_id": "file_1"}, "model": null}
                """, CreateVideo.class);

        // Then
        assertThat(video.seconds()).isEqualByComparingTo("4");
        assertThat(video.sampling().steps()).isEqualTo(20);
        assertThat(video.sampling().guidance()).isEqualTo(2.5);
        assertThat(video.sampling().seed()).isEqualTo(7);
        assertThat(video.sampling().negativePrompt()).isEqualTo("blur");
        assertThat(video.storyboard()).singleElement().satisfies(shot -> {
            assertThat(shot.seconds()).isEqualByComparingTo(new BigDecimal(2));
            assertThat(shot.cut()).isFalse();
        });
        assertThat(video.characters())
                .singleElement()
                .matches(character -> character.id().equals("char_1"));
        assertThat(video.webhook()).matches(webhook -> "we_1".equals(webhook.secretId()));
        assertThat(video.inputReference()).matches(reference -> "file_1".equals(reference.fileId()));
        assertThat(video.format().model()).isNull();
    }

    @Test
    void a_form_is_bound_to_the_same_record_as_the_json_that_says_the_same() {
        // When
        CreateVideo form = form(
                CreateVideo.class,
                text("prompt", "a ball"),
                text("seconds", "4"),
                text("steps", "20"),
                text("guidance", "2.5"),
                text("loop", "true"),
                text("storyboard[][prompt]", "b"),
                text("storyboard[][prompt]", "c"),
                text("storyboard[][seconds]", "2"),
                text("storyboard[][seconds]", "1"),
                text("storyboard[][cut]", "false"),
                text("storyboard[][cut]", "true"),
                text("characters", "[{\"id\": \"char_1\"}]"),
                text("webhook[url]", "https://example.com"));

        // Then
        assertThat(form).isEqualTo(json("""
                                {"prompt": "a ball", "seconds": "4", "steps": 20, "guidance": 2.5, "loop": true,
                                 "storyboard": [{"prompt": "b", "seconds": "2", "cut": false}, {"prompt": "c", "seconds": "1", "cut": true}],
                                 "characters": [{"id": "char_1"}], "webhook": {"url": "https://example.com"}}
                                """, CreateVideo.class));
    }

    @Test
    void a_file_of_a_form_stands_where_json_has_a_reference() {
        // When
        EditVideo edit = form(EditVideo.class, text("prompt", "a"), file("video"), text("strength", "0.5"));
        ConnectVideos connect = form(ConnectVideos.class, text("prompt", "a"), file("from"), text("to[id]", "video_1"));
        CreateCharacter character = form(CreateCharacter.class, text("name", "Ann"), file("video"));
        CreateCharacter nameless = form(CreateCharacter.class, text("name", "Ann"), either("video"));

        // Then
        assertThat(edit.video().upload()).isEqualTo(UPLOAD);
        assertThat(connect.from().upload()).isEqualTo(UPLOAD);
        assertThat(connect.to().id()).isEqualTo("video_1");
        assertThat(character.video()).isEqualTo(UPLOAD);
        assertThat(nameless.video()).isEqualTo(UPLOAD);
    }

    @Test
    void a_part_without_a_file_s_name_is_a_text_where_a_text_is_read() {
        assertThat(form(CreateVideo.class, either("prompt")).prompt()).isEqualTo("text");
    }

    @Test
    void what_does_not_fit_is_refused_by_name_with_what_was_expected_and_what_came() {
        // Given
        Map<String, String> refusals = Map.ofEntries(
                Map.entry("{}", "Missing required parameter: 'prompt'."),
                Map.entry("{'prompt': null}", "Missing required parameter: 'prompt'."),
                Map.entry("{'prompt': ' '}", "prompt: expected 1 to 32000 characters, came 1, all blank"),
                Map.entry("{'prompt': 7}", "prompt: expected a string, came the number 7"),
                Map.entry("{'prompt': ['a']}", "prompt: expected a string, came a list"),
                Map.entry(
                        "{'prompt': 'a\\u0000b'}", "prompt: expected text, came control characters or half characters"),
                Map.entry(
                        "{'prompt': 'a\\ud800b'}", "prompt: expected text, came control characters or half characters"),
                Map.entry("{'prompt': 'a', 'fps': 0}", "fps: expected a whole number from 1 to 120, came 0"),
                Map.entry("{'prompt': 'a', 'fps': 7.5}", "fps: expected a whole number from 1 to 120, came 7.5"),
                Map.entry(
                        "{'prompt': 'a', 'fps': '8'}",
                        "fps: expected a whole number from 1 to 120, came the string \"8\""),
                Map.entry(
                        "{'prompt': 'a', 'fps': 99999999999}",
                        "fps: expected a whole number from 1 to 120, came 99999999999"),
                Map.entry("{'prompt': 'a', 'steps': 0}", "steps: expected a whole number of at least 1, came 0"),
                Map.entry("{'prompt': 'a', 'guidance': 0.5}", "guidance: expected a number from 1 to 100, came 0.5"),
                Map.entry(
                        "{'prompt': 'a', 'guidance': true}",
                        "guidance: expected a number from 1 to 100, came the boolean true"),
                Map.entry(
                        "{'prompt': 'a', 'seed': -1}",
                        "seed: expected a whole number from 0 to 4611686018427387903, came -1"),
                Map.entry(
                        "{'prompt': 'a', 'seconds': '0'}",
                        "seconds: expected a number of seconds as a string, more than 0 and below 1000000, with at most 6 decimals, came 0"),
                Map.entry(
                        "{'prompt': 'a', 'seconds': 'four'}",
                        "seconds: expected a number of seconds as a string, more than 0 and below 1000000, with at most 6 decimals, came the string \"four\""),
                Map.entry("{'prompt': 'a', 'size': '64'}", "size: expected width x height such as 64x64, came 64"),
                Map.entry("{'prompt': 'a', 'loop': 'yes'}", "loop: expected true or false, came the string \"yes\""),
                Map.entry("{'prompt': 'a', 'storyboard': []}", "storyboard: expected at least 1 entries, came 0"),
                Map.entry("{'prompt': 'a', 'storyboard': 'x'}", "storyboard: expected a list, came the string \"x\""),
                Map.entry("{'prompt': 'a', 'storyboard': [1]}", "storyboard[0]: expected an object, came the number 1"),
                Map.entry(
                        "{'prompt': 'a', 'storyboard': [{'prompt': 'a', 'seconds': '1'}, {'prompt': 'a'}]}",
                        "Missing required parameter: 'storyboard[1].seconds'."),
                Map.entry(
                        "{'prompt': 'a', 'storyboard': [{'prompt': 'a', 'seconds': '1', 'mood': 1}]}",
                        "Unknown parameter: 'storyboard[0].mood'. Expected: cut, prompt, seconds."),
                Map.entry(
                        "{'prompt': 'a', 'webhook': {'url': 'u', 'secret_id': 7}}",
                        "webhook.secret_id: expected a string, came the number 7"),
                Map.entry("{'prompt': 'a', 'webhook': {}}", "Missing required parameter: 'webhook.url'."),
                Map.entry(
                        "{'prompt': 'a', 'input_reference': {'upload': {'file': '/etc/passwd'}}}",
                        "Unknown parameter: 'input_reference.upload'. Expected: file_id, image_url."),
                Map.entry(
                        "{'prompt': 'a', 'sampling': {}}",
                        "Unknown parameter: 'sampling'. Expected: characters, expand_prompt, fps, frames, guidance, input_reference, last_frame, loop, model, negative_prompt, prompt, seconds, seed, size, steps, storyboard, webhook."));

        // Then
        SoftAssertions softly = new SoftAssertions();
        refusals.forEach((body, message) ->
                softly.assertThat(refused(body).getMessage()).as(body).isEqualTo(message));
        softly.assertAll();
    }

    @Test
    void what_is_no_json_object_is_unreadable_and_says_nothing_of_the_parser() {
        for (String body : List.of(
                "", "[]", "'a'", "no", "{'prompt': 'a'", "{'prompt': 'a'} {}", "{'prompt': 'a', 'prompt': 'b'}")) {
            // When
            RequestRefused refused = refused(body);

            // Then
            assertThat(refused.reason()).as(body).isEqualTo(Reason.UNREADABLE);
            assertThat(refused.param()).as(body).isNull();
            assertThat(refused.getMessage())
                    .as(body)
                    .startsWith("body: expected ")
                    .doesNotContain("Source", "jackson", "CTRL");
        }
    }

    @Test
    void a_form_with_a_value_of_a_wrong_kind_is_refused_by_name() {
        SoftAssertions softly = new SoftAssertions();
        refusedForm(softly, "prompt: expected a string, came a file", file("prompt"));
        refusedForm(
                softly,
                "fps: expected a whole number from 1 to 120, came NaN",
                text("prompt", "a"),
                text("fps", "NaN"));
        refusedForm(softly, "prompt: expected one value, came several", text("prompt", "a"), text("prompt", "b"));
        refusedForm(
                softly,
                "storyboard: expected JSON, came its beginning only",
                text("prompt", "a"),
                text("storyboard", "{"));
        refusedForm(softly, "webhook: expected an object, came a file", text("prompt", "a"), file("webhook"));
        refusedForm(softly, "Unknown parameter: 'mood'.", text("prompt", "a"), file("mood"));
        refusedForm(
                softly,
                "input_reference.file_id: expected a string, came a file",
                text("prompt", "a"),
                file("input_reference[file_id]"));
        softly.assertAll();
        assertThat(catchThrowableOfType(
                        RequestRefused.class,
                        () -> form(CreateFile.class, text("file", "abc"), text("purpose", "vision"))))
                .hasMessage("file: expected a file with a filename, came a text");
    }

    @Test
    void an_event_is_read_as_it_is_written() {
        // Given
        CreateVideo video = json(
                "{'prompt': 'a', 'size': '64x96', 'seconds': '2.5', 'steps': 3, 'characters': [{'id': 'char_1'}],"
                        + " 'input_reference': {'file_id': 'file_1'}, 'webhook': {'url': 'u'}}",
                CreateVideo.class);
        GenerationRequested request = new GenerationRequested(JobId.video(), "0".repeat(32), video);

        // When
        GenerationRequested read = RequestReader.ofEvent(Codec.write(request), GenerationRequested.class);

        // Then
        assertThat(read).isEqualTo(request);
    }

    @Test
    void the_golden_event_is_read() throws IOException {
        // Given
        byte[] golden = Files.readAllBytes(Path.of("../contracts/src/test/resources/golden/GenerationRequested.json"));

        // When
        GenerationRequested read = RequestReader.ofEvent(golden, GenerationRequested.class);

        // Then
        assertThat(read.owner()).isEqualTo("2c70e12b7a0646f92279f427c7b38e73");
        assertThat(read.video().sampling()).isEqualTo(new Sampling(20, 5.0, "blurry", 42L));
        assertThat(read.video().format()).isEqualTo(new Format("toybox", "64x64", 16));
    }

    @Test
    void an_event_that_is_another_message_is_refused_by_name() {
        SoftAssertions softly = new SoftAssertions();
        Map.of(
                        "{'prompt': 'a', 'version': 2}",
                        "Missing required parameter: 'type'.",
                        "{'type': 'GenerationRequested', 'prompt': 'a'}",
                        "Missing required parameter: 'version'.",
                        "{'type': 'JobFailed', 'version': 2}",
                        "type: expected GenerationRequested, came the string \"JobFailed\"",
                        "{'type': 'GenerationRequested', 'version': 1, 'prompt': 'a'}",
                        "version: expected 2, came the number 1",
                        "{'type': 'GenerationRequested', 'version': 2, 'prompt': 'a', 'job': 'mine'}",
                        "job: expected a job id such as video_01k0zn4b6f3q8w2x5y7t9r1e0d, came mine",
                        "{'type': 'GenerationRequested', 'version': 2, 'prompt': 'a', 'fps': 0}",
                        "fps: expected a whole number from 1 to 120, came 0")
                .forEach((data, message) -> softly.assertThat(catchThrowableOfType(
                                RequestRefused.class,
                                () -> RequestReader.ofEvent(
                                        data.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
                                        GenerationRequested.class)))
                        .as(data)
                        .hasMessage(message));
        softly.assertAll();
    }

    @Test
    void choices_are_told_by_their_names() {
        assertThat(json("{'prompt': 'a', 'video': {'id': 'v'}, 'direction': 'backward'}", ExtendVideo.class)
                        .direction())
                .isEqualTo(ExtendVideo.Direction.BACKWARD);
        assertThat(catchThrowableOfType(
                        RequestRefused.class,
                        () -> json("{'prompt': 'a', 'response_format': 'png'}", CreateImages.class)))
                .hasMessage("response_format: expected one of [b64_json, url], came png");
    }

    @Test
    void characters_count_as_people_see_them() {
        // Given
        String most = "😀".repeat(32_000);

        // When
        CreateVideo video = json("{'prompt': '%s'}".formatted(most), CreateVideo.class);

        // Then
        assertThat(video.prompt()).isEqualTo(most);
        assertThat(refused("{'prompt': '%s.'}".formatted(most)))
                .hasMessage("prompt: expected 1 to 32000 characters, came 32001");
    }

    private static void refusedForm(SoftAssertions softly, String message, FormPart... parts) {
        softly.assertThat(catchThrowableOfType(RequestRefused.class, () -> form(CreateVideo.class, parts)))
                .hasMessageStartingWith(message);
    }

    private static RequestRefused refused(String body) {
        RequestRefused refused = catchThrowableOfType(RequestRefused.class, () -> json(body, CreateVideo.class));
        assertThat(refused).as(body).isNotNull();
        return refused;
    }

    private static <T> T json(String body, Class<T> request) {
        return RequestReader.ofJson(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), request);
    }

    private static <T> T form(Class<T> request, FormPart... parts) {
        return RequestReader.ofForm(List.of(parts), request);
    }

    private static FormPart text(String name, String text) {
        return new FormPart(name, text, null);
    }

    private static FormPart file(String name) {
        return new FormPart(name, null, () -> UPLOAD);
    }

    private static FormPart either(String name) {
        return new FormPart(name, "text", () -> UPLOAD);
    }
}
