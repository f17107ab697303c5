package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.gateway.Client.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What players are told of a video's parts; that they play is {@code standalone}'s to show. */
@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
class StreamTest {
    private static final String FIRST_PART = """
            #EXTM3U
            #EXT-X-VERSION:7
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-PLAYLIST-TYPE:EVENT
            #EXT-X-TARGETDURATION:2
            #EXT-X-START:TIME-OFFSET=0,PRECISE=YES
            #EXT-X-MAP:URI="stream/init.mp4"
            #EXTINF:2.000000,
            stream/0-0.m4s
            #EXTINF:1.000000,
            stream/0-1.m4s
            """;

    @TestHTTPResource
    URI base;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
    }

    @Test
    void a_video_of_which_there_is_nothing_yet_says_when_to_come_back() {
        // Given
        String id = create();

        // When
        Answer answer = playlist(id);

        // Then
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.headers()).containsKey("retry-after");
        assertThat(answer.json().at("/error/code").asText()).isEqualTo("stream_not_ready");
        assertThat(video(id, "stream_url")).isEqualTo("null");
    }

    @Test
    void a_playlist_grows_by_each_part_and_ends_with_the_video() {
        // Given
        String id = create();

        // When
        LocalInfrastructure.stages().stream(id, 0);
        eventually(() -> video(id, "stream_url").equals("/v1/videos/" + id + "/stream.m3u8"));
        Answer early = playlist(id);
        LocalInfrastructure.stages().stream(id, 1);
        Answer late = playlist(id);
        LocalInfrastructure.stages().complete(id, 2);
        eventually(() -> video(id, "status").equals("completed"));
        Answer whole = playlist(id);

        // Then
        assertThat(early.status()).isEqualTo(200);
        assertThat(early.headers().get("content-type")).startsWith("application/vnd.apple.mpegurl");
        assertThat(early.headers()).containsEntry("cache-control", "no-cache");
        assertThat(early.text()).isEqualTo(FIRST_PART);
        assertThat(late.text()).isEqualTo(FIRST_PART + """
                #EXTINF:2.000000,
                stream/1-0.m4s
                #EXTINF:1.000000,
                stream/1-1.m4s
                """);
        assertThat(whole.text()).isEqualTo(late.text() + "#EXT-X-ENDLIST\n");
    }

    @Test
    void a_part_that_comes_before_its_turn_waits_for_it() {
        // Given
        String id = create();

        // When
        LocalInfrastructure.stages().stream(id, 1);

        // Then
        assertThat(playlist(id).status()).isEqualTo(404);
    }

    @Test
    void pieces_are_files_of_their_own() {
        // Given
        String id = create();
        LocalInfrastructure.stages().stream(id, 0);

        // When
        Answer init = client.get(stream(id, "init.mp4"));
        Answer second = client.get(stream(id, "0-1.m4s"));
        Answer range = client.get(stream(id, "0-1.m4s"), "Range", "bytes=0-5");
        Answer kept = client.get(
                stream(id, "0-1.m4s"), "If-None-Match", second.headers().get("etag"));

        // Then
        assertThat(init.text()).isEqualTo("init-of-the-part ");
        assertThat(init.headers()).containsEntry("content-type", "video/mp4");
        assertThat(second.text()).isEqualTo("second-fragment of 0");
        assertThat(second.headers())
                .containsEntry("content-type", "video/iso.segment")
                .containsEntry("accept-ranges", "bytes")
                .hasEntrySatisfying("cache-control", value -> assertThat(value).contains("immutable"));
        assertThat(init.headers().get("etag")).isNotEqualTo(second.headers().get("etag"));
        assertThat(range.status()).isEqualTo(206);
        assertThat(range.text()).isEqualTo("second");
        assertThat(range.headers()).containsEntry("content-range", "bytes 0-5/20");
        assertThat(kept.status()).isEqualTo(304);
        for (String none : new String[] {"1-0.m4s", "0-2.m4s", "0-0.mp4", "x", "999999-0.m4s"}) {
            assertThat(client.get(stream(id, none)).status()).as(none).isEqualTo(404);
        }
        assertThat(client.get(stream("video_unknown", "init.mp4")).status()).isEqualTo(404);
    }

    @Test
    void of_a_video_that_fails_what_there_is_can_be_played() {
        // Given
        String shown = create();
        String nothing = create();
        LocalInfrastructure.stages().stream(shown, 0);

        // When
        fail(shown);
        fail(nothing);

        // Then
        assertThat(playlist(shown).text()).isEqualTo(FIRST_PART + "#EXT-X-ENDLIST\n");
        assertThat(playlist(nothing).status()).isEqualTo(404);
        assertThat(playlist(nothing).json().at("/error/code").asText()).isEqualTo("video_failed");
    }

    @Test
    void a_completed_video_whose_parts_are_gone_is_not_shown_in_part() {
        // Given
        String id = create();
        LocalInfrastructure.stages().stream(id, 0);

        // When
        LocalInfrastructure.stages().complete(id, 2);
        eventually(() -> video(id, "status").equals("completed"));

        // Then
        assertThat(playlist(id).status()).isEqualTo(404);
        assertThat(playlist(id).json().at("/error/code").asText()).isEqualTo("not_found");
    }

    private void fail(String id) {
        LocalInfrastructure.stages()
                .say(new Fact.JobFailed(id, Instant.now(), ProblemCode.OUT_OF_MEMORY, "does not fit", Stage.DECODING));
        eventually(() -> video(id, "status").equals("failed"));
    }

    /** A video of two segments. */
    private String create() {
        Answer answer = client.post("/v1/videos", "{\"prompt\": \"a red ball\", \"seconds\": \"6\"}");
        return answer.json().get("id").asText();
    }

    private String video(String id, String field) {
        return client.get("/v1/videos/" + id).json().get(field).asText();
    }

    private Answer playlist(String id) {
        return client.get("/v1/videos/" + id + "/stream.m3u8");
    }

    private static String stream(String id, String piece) {
        return "/v1/videos/" + id + "/stream/" + piece;
    }
}
