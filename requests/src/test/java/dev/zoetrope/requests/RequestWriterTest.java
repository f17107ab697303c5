package dev.zoetrope.requests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.request.CharacterReference;
import dev.zoetrope.contracts.request.ConnectVideos;
import dev.zoetrope.contracts.request.CreateCharacter;
import dev.zoetrope.contracts.request.CreateImages;
import dev.zoetrope.contracts.request.CreateVideo;
import dev.zoetrope.contracts.request.EditVideo;
import dev.zoetrope.contracts.request.ExtendVideo;
import dev.zoetrope.contracts.request.Format;
import dev.zoetrope.contracts.request.ImageReference;
import dev.zoetrope.contracts.request.Sampling;
import dev.zoetrope.contracts.request.Shot;
import dev.zoetrope.contracts.request.Upload;
import dev.zoetrope.contracts.request.VideoReference;
import dev.zoetrope.contracts.request.Webhook;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RequestWriterTest {
    private static final Upload UPLOAD = new Upload("a.mp4", "video/mp4", Path.of("a.mp4"), 7);
    private static final Sampling SAMPLING = new Sampling(20, 2.5, "blur, \"grain\"", 7L);
    private static final Format FORMAT = new Format("toybox", "64x96", 16);

    @ParameterizedTest
    @MethodSource("requests")
    void what_is_written_is_read_back_from_a_form_and_from_json(Object request) {
        // When
        Object form = RequestReader.ofForm(parts(request), request.getClass());

        // Then
        assertThat(form).isEqualTo(request);
        RequestWriter.json(request).ifPresent(json -> assertThat(
                        RequestReader.ofJson(json.toString().getBytes(StandardCharsets.UTF_8), request.getClass()))
                .isEqualTo(request));
    }

    @Test
    void what_brings_a_file_is_no_json() {
        // Given
        VideoReference made = new VideoReference("video_1", null);
        VideoReference brought = new VideoReference(null, UPLOAD);

        // Then
        assertThat(RequestWriter.json(edit(made))).isPresent();
        assertThat(RequestWriter.json(edit(brought))).isEmpty();
        assertThat(RequestWriter.form(edit(brought))).containsEntry("video", UPLOAD);
    }

    static Stream<Object> requests() {
        VideoReference made = new VideoReference("video_1", null);
        VideoReference brought = new VideoReference(null, UPLOAD);
        return Stream.of(
                new CreateVideo(
                        "a ball",
                        FORMAT,
                        new BigDecimal("2.5"),
                        new ImageReference(null, null, UPLOAD),
                        new ImageReference("file_1", null, null),
                        null,
                        SAMPLING,
                        false,
                        List.of(new Shot("b", new BigDecimal("0.125"), true), new Shot("c", BigDecimal.ONE, null)),
                        List.of(new CharacterReference("char_1")),
                        true,
                        new Webhook("https://example.com", "we_1")),
                new CreateImages("a", "toybox", 2, "64x64", CreateImages.ResponseFormat.B64_JSON, SAMPLING, null, "me"),
                new ExtendVideo(
                        "a", brought, null, 8, null, ExtendVideo.Direction.BACKWARD, FORMAT, SAMPLING, null, null),
                new ConnectVideos("a", made, brought, BigDecimal.TEN, null, FORMAT, Sampling.DEFAULTS, null, null),
                edit(made),
                new CreateCharacter("Ann", UPLOAD));
    }

    private static EditVideo edit(VideoReference video) {
        return new EditVideo("a", video, 0.5, Format.DEFAULTS, SAMPLING, null, null);
    }

    private static List<FormPart> parts(Object request) {
        return RequestWriter.form(request).entrySet().stream()
                .map(part -> part.getValue() instanceof Upload file
                        ? new FormPart(part.getKey(), null, () -> file)
                        : new FormPart(part.getKey(), part.getValue().toString(), null))
                .toList();
    }
}
