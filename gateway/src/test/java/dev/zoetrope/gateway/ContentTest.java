package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.gateway.Client.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 9110 §13 and §14 over everything that bytes can be had of, and what is said of bytes that are not there. */
@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
class ContentTest {
    private static final String OTHER = "\"another\"";
    private static final String LONG_AGO = "Sat, 01 Jan 2000 00:00:00 GMT";
    private static final String FAR_AHEAD = "Fri, 01 Jan 2100 00:00:00 GMT";

    @TestHTTPResource
    URI base;

    private Client client;

    /** A request's headers and the status that answers them; {@code TAG} and {@code DATE} stand for the content's own. */
    private record Case(int status, String... headers) {}

    @BeforeEach
    void connect() {
        client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
    }

    @Test
    void conditions_hold_for_everything_that_has_a_date_and_a_tag() {
        // Given
        List<Case> cases = List.of(
                new Case(200),
                new Case(304, "If-None-Match", "TAG"),
                new Case(304, "If-None-Match", "W/TAG"),
                new Case(304, "If-None-Match", OTHER + ", TAG"),
                new Case(304, "If-None-Match", "*"),
                new Case(200, "If-None-Match", OTHER),
                new Case(200, "If-None-Match", OTHER, "If-Modified-Since", FAR_AHEAD),
                new Case(304, "If-Modified-Since", "DATE"),
                new Case(304, "If-Modified-Since", FAR_AHEAD),
                new Case(200, "If-Modified-Since", LONG_AGO),
                new Case(200, "If-Modified-Since", "yesterday"),
                new Case(200, "If-Match", "TAG"),
                new Case(200, "If-Match", "*"),
                new Case(200, "If-Match", OTHER + ", TAG"),
                new Case(412, "If-Match", OTHER),
                new Case(412, "If-Match", "W/TAG"),
                new Case(412, "If-Match", OTHER, "Range", "bytes=0-3"),
                new Case(200, "If-Match", "TAG", "If-Unmodified-Since", LONG_AGO),
                new Case(200, "If-Unmodified-Since", "DATE"),
                new Case(412, "If-Unmodified-Since", LONG_AGO),
                new Case(200, "If-Unmodified-Since", "yesterday"),
                new Case(206, "Range", "bytes=0-3"),
                new Case(206, "Range", "bytes=0-3", "If-Range", "TAG"),
                new Case(206, "Range", "bytes=0-3", "If-Range", "DATE"),
                new Case(200, "Range", "bytes=0-3", "If-Range", OTHER),
                new Case(200, "Range", "bytes=0-3", "If-Range", "W/TAG"),
                new Case(200, "Range", "bytes=0-3", "If-Range", LONG_AGO),
                new Case(200, "Range", "bytes=0-3", "If-Range", "nonsense"),
                new Case(200, "Range", "bytes=9000-", "If-Range", OTHER),
                new Case(304, "Range", "bytes=0-3", "If-None-Match", "TAG"),
                new Case(416, "Range", "bytes=9000-"),
                new Case(200, "Range", "bytes=3-0"),
                new Case(200, "Range", "bytes=0-1,3-4"));

        // Then
        SoftAssertions softly = new SoftAssertions();
        dated().forEach((path, whole) -> cases.forEach(each -> check(softly, path, whole, each)));
        softly.assertAll();
    }

    private void check(SoftAssertions softly, String path, Answer whole, Case each) {
        String[] headers = each.headers().clone();
        for (int i = 0; i < headers.length; i++) {
            headers[i] = headers[i]
                    .replace("TAG", whole.headers().get("etag"))
                    .replace("DATE", whole.headers().getOrDefault("last-modified", ""));
        }
        Answer answer = client.get(path, headers);
        String shown = path + " " + List.of(headers) + " " + answer.headers();
        softly.assertThat(answer.status()).as(shown).isEqualTo(each.status());
        if (each.status() == 200) {
            softly.assertThat(answer.body()).as(shown).isEqualTo(whole.body());
        } else if (each.status() == 206) {
            softly.assertThat(answer.text()).as(shown).isEqualTo(whole.text().substring(0, 4));
            softly.assertThat(answer.headers().get("content-range"))
                    .as(shown)
                    .isEqualTo("bytes 0-3/" + whole.body().length);
        } else if (each.status() == 304) {
            softly.assertThat(answer.body()).as(shown).isEmpty();
            softly.assertThat(answer.headers())
                    .as(shown)
                    .containsEntry("ETag", whole.headers().get("etag"));
        } else {
            softly.assertThat(answer.text()).as(shown).startsWith("{\"error\":{");
        }
        if (each.status() == 416) {
            softly.assertThat(answer.headers().get("content-range"))
                    .as(shown)
                    .isEqualTo("bytes */" + whole.body().length);
        }
    }

    @Test
    void a_head_says_what_a_get_would_and_brings_no_bytes() {
        dated().forEach((path, whole) -> {
            // When
            Answer head =
                    client.send(client.request(path, "Range", "bytes=0-3").method("HEAD", BodyPublishers.noBody()));

            // Then
            assertThat(head.status()).as(path).isIn(200, 206);
            assertThat(head.body()).as(path).isEmpty();
            assertThat(head.headers())
                    .as(path)
                    .containsEntry("etag", whole.headers().get("etag"))
                    .containsEntry("content-type", whole.headers().get("content-type"))
                    .containsEntry("accept-ranges", "bytes");
        });
        String video = dated().keySet().iterator().next();
        Answer plain = client.send(client.request(video).method("HEAD", BodyPublishers.noBody()));
        assertThat(plain.headers()).containsEntry("content-length", String.valueOf(ScriptedStages.VIDEO.length));
    }

    @Test
    void every_content_has_a_name_to_be_kept_under() {
        dated().forEach((path, whole) -> assertThat(whole.headers().get("content-disposition"))
                .as(path)
                .matches("(inline; filename=\"(video|image)_[0-9a-z]+(-thumbnail|-spritesheet)?\\.(mp4|webp|jpg|png)\""
                        + "|attachment; filename=\"file\")"));
    }

    @Test
    void the_pieces_of_a_stream_hold_to_conditions_by_their_tags() {
        // Given
        String id = id("{\"prompt\": \"a\"}");
        LocalInfrastructure.stages().stream(id, 0);
        eventually(() -> client.get("/v1/videos/%s/stream.m3u8".formatted(id)).status() == 200);

        // Then
        for (String piece : List.of("init.mp4", "0-0.m4s", "0-1.m4s")) {
            String path = "/v1/videos/%s/stream/%s".formatted(id, piece);
            Answer whole = client.get(path);
            String tag = whole.headers().get("etag");
            assertThat(client.get(path, "If-None-Match", tag).status()).isEqualTo(304);
            assertThat(client.get(path, "If-Match", OTHER).status()).isEqualTo(412);
            assertThat(client.get(path, "Range", "bytes=0-3", "If-Range", OTHER).body())
                    .isEqualTo(whole.body());
            assertThat(client.get(path, "Range", "bytes=0-3", "If-Range", tag).status())
                    .isEqualTo(206);
        }
    }

    @Test
    void content_that_is_not_ready_is_404_with_the_status_and_the_progress() {
        // Given
        String id = id("{\"prompt\": \"a\"}");

        // Then
        for (String path :
                List.of("content", "content?variant=thumbnail", "content?variant=spritesheet", "stream.m3u8")) {
            Answer answer = client.get("/v1/videos/%s/%s".formatted(id, path));
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.json().at("/error/code").asText()).as(path).endsWith("_not_ready");
            assertThat(answer.message()).as(path).contains(id, "status queued", "progress 0");
            assertThat(answer.headers()).as(path).containsKey("retry-after");
        }
    }

    @Test
    void content_that_will_never_be_is_404_and_says_so() {
        // Given
        String id = id("{\"prompt\": \"a\"}");
        client.post("/v1/videos/%s/cancel".formatted(id), "application/json", new byte[0]);

        // Then
        for (String path :
                List.of("content", "content?variant=thumbnail", "content?variant=spritesheet", "stream.m3u8")) {
            Answer answer = client.get("/v1/videos/%s/%s".formatted(id, path));
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.json().at("/error/code").asText()).as(path).isEqualTo("video_failed");
            assertThat(answer.message()).as(path).contains(id, "failed", "cancelled");
            assertThat(answer.headers()).as(path).doesNotContainKey("retry-after");
        }
    }

    /** Everything that has a date, by its path. */
    private Map<String, Answer> dated() {
        Map<String, Answer> all = new LinkedHashMap<>();
        try (AutoCloseable working = LocalInfrastructure.stages().completeWhatIsAccepted()) {
            String video = id("{\"prompt\": \"a\"}");
            eventually(() -> client.get("/v1/videos/" + video)
                    .json()
                    .get("status")
                    .asText()
                    .equals("completed"));
            for (String variant : List.of("video", "thumbnail", "spritesheet")) {
                all.put("/v1/videos/%s/content?variant=%s".formatted(video, variant), null);
            }
            String image = client.post("/v1/images/generations", "{\"prompt\": \"a\"}")
                    .json()
                    .at("/data/0/url")
                    .asText();
            all.put(URI.create(image).getPath(), null);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        String file = client.form(
                        "/v1/files", "purpose", "vision", "file", "a file's bytes".getBytes(StandardCharsets.UTF_8))
                .json()
                .get("id")
                .asText();
        all.put("/v1/files/%s/content".formatted(file), null);
        all.replaceAll((path, none) -> client.get(path));
        assertThat(all.values()).allSatisfy(answer -> {
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.headers()).containsKeys("etag", "last-modified");
        });
        return all;
    }

    private String id(String json) {
        return client.post("/v1/videos", json).json().get("id").asText();
    }
}
