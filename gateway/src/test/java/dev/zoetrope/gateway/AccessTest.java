package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.gateway.Client.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
@TestProfile(AccessTest.WithKeys.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AccessTest {
    /** Two keys, and bodies of 64 KiB at most. */
    public static final class WithKeys implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "zoetrope.gateway.api-keys", "key-of-ann,key-of-bob",
                    "zoetrope.gateway.limits.queued", "2",
                    "zoetrope.gateway.limits.body", "64K");
        }
    }

    @TestHTTPResource
    URI base;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(base);
        eventually(() -> as("ann", "/v1/models").json().get("data").size() == 1);
    }

    @Test
    void who_has_no_key_or_a_wrong_one_is_told_401() {
        // When
        List<Answer> answers = List.of(
                client.get("/v1/videos"),
                client.get("/v1/videos", "Authorization", "Bearer nonsense"),
                client.get("/v1/videos", "Authorization", "Basic a2V5"),
                client.post("/v1/videos", "{\"prompt\": \"a\"}"));

        // Then
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.json().at("/error/type").asText()).isEqualTo("authentication_error");
        });
    }

    @Test
    void somebody_else_s_video_is_not_there_and_a_full_queue_says_when_to_come_back() {
        // Given
        Answer first = post("ann");
        Answer second = post("ann");
        String id = first.json().get("id").asText();
        eventually(() ->
                as("ann", "/v1/videos/" + second.json().get("id").asText()).status() == 200);

        // When
        Answer foreign = as("bob", "/v1/videos/" + id);
        Answer list = as("bob", "/v1/videos");
        eventually(() -> post("bob").status() == 429);
        Answer full = post("bob");

        // Then
        assertThat(as("ann", "/v1/videos/" + id).status()).isEqualTo(200);
        assertThat(foreign.status()).isEqualTo(404);
        assertThat(list.json().get("data").findValuesAsText("id")).doesNotContain(id);
        assertThat(full.json().at("/error/type").asText()).isEqualTo("rate_limit_error");
        assertThat(full.headers()).containsKey("retry-after");
    }

    // Before the queue is full.
    @Test
    @Order(1)
    void a_player_without_a_key_plays_what_a_token_is_for_and_nothing_else() {
        // Given
        String id = playable("ann");
        String other = playable("ann");
        String url = as("ann", "/v1/videos/" + id).json().get("stream_url").asText();
        String token = url.substring(url.indexOf('?'));

        // When
        Answer playlist = client.get(url);
        List<String> pieces = playlist.text()
                .lines()
                .filter(line -> line.startsWith("stream/"))
                .toList();

        // Then
        assertThat(playlist.status()).as(playlist.text()).isEqualTo(200);
        assertThat(pieces).hasSize(2);
        assertThat(client.get("/v1/videos/" + id + "/" + pieces.get(0)).status())
                .isEqualTo(200);
        assertThat(as("bob", "/v1/videos/" + id + "/stream.m3u8").status()).isEqualTo(404);
        assertThat(List.of(
                        "/v1/videos/" + id + "/stream.m3u8",
                        "/v1/videos/" + other + "/stream.m3u8" + token,
                        "/v1/videos/" + id + token,
                        "/v1/videos/" + id + "/content" + token,
                        url.replaceFirst("token=.", "token=9"),
                        url.substring(0, url.length() - 1),
                        "/v1/videos/" + id + "/stream.m3u8?token=nonsense"))
                .allSatisfy(path -> assertThat(client.get(path).status()).isEqualTo(401));
    }

    @Test
    void a_body_over_the_limit_is_refused_in_the_one_error_shape() {
        // When
        Answer answer = client.send(
                client.request("/v1/videos", "Authorization", "Bearer key-of-ann", "Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"prompt\": \"%s\"}".formatted("a".repeat(100_000)))));

        // Then
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().at("/error/code").asText()).isEqualTo("request_too_large");
    }

    @Test
    void a_body_over_the_limit_that_does_not_say_its_length_is_refused_in_the_one_error_shape() {
        // Given
        String json = "{\"prompt\": \"%s\"}".formatted("a".repeat(100_000));
        String form = "--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\n%s\r\n--b--\r\n"
                .formatted("a".repeat(100_000));
        String file =
                "--b\r\nContent-Disposition: form-data; name=\"input_reference\"; filename=\"a.png\"\r\n\r\n%s\r\n--b--\r\n"
                        .formatted("a".repeat(1_000_000));

        // When
        List<Answer> answers = List.of(
                chunked("application/json", json),
                chunked("multipart/form-data; boundary=b", form),
                chunked("multipart/form-data; boundary=b", file));

        // Then
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.json().at("/error/code").asText()).isEqualTo("request_too_large");
        });
    }

    @Test
    void a_job_s_webhook_is_signed_with_a_secret_of_ones_own_or_refused() {
        // Given
        String endpoint = client.send(
                        client.request(
                                        "/v1/webhook_endpoints",
                                        "Authorization",
                                        "Bearer key-of-ann",
                                        "Content-Type",
                                        "application/json")
                                .POST(
                                        BodyPublishers.ofString(
                                                "{\"name\": \"n\", \"url\": \"https://example.com/\", \"event_types\": [\"video.failed\"]}")))
                .json()
                .get("id")
                .asText();
        String webhook =
                "{\"prompt\": \"a\", \"size\": \"63x64\", \"webhook\": {\"url\": \"https://example.com/\", \"secret_id\": \"%s\"}}"
                        .formatted(endpoint);

        // When
        Answer own = post("ann", webhook);
        Answer foreign = post("bob", webhook);

        // Then: the size is what is wrong with one's own
        assertThat(own.param()).isEqualTo("size");
        assertThat(foreign.status()).isEqualTo(400);
        assertThat(foreign.param()).isEqualTo("webhook.secret_id");
    }

    @Test
    void an_image_s_address_is_fetched_without_a_key_and_opens_nothing_else() throws Exception {
        // Given
        for (String who : List.of("ann", "bob")) {
            as(who, "/v1/videos").json().get("data").findValuesAsText("id").forEach(id -> LocalInfrastructure.stages()
                    .complete(id, 1));
        }
        Answer made;
        try (AutoCloseable working = LocalInfrastructure.stages().completeWhatIsAccepted()) {
            eventually(() -> image().status() == 200);
            made = image();
        }
        List<String> urls = made.json().get("data").findValuesAsText("url");

        // When
        Answer bare = client.get(urls.get(0));
        Answer swapped =
                client.get(urls.get(0).replaceAll("\\?.*", "") + urls.get(1).replaceAll(".*\\?", "?"));
        Answer forged = client.get(urls.get(0).replaceAll("token=[0-9]+", "token=99999999999"));
        Answer none = client.get(urls.get(0).replaceAll("\\?.*", ""));

        // Then
        assertThat(bare.status()).isEqualTo(200);
        assertThat(bare.body()).isEqualTo(ScriptedStages.VIDEO);
        assertThat(List.of(swapped, forged, none)).extracting(Answer::status).containsOnly(401);
    }

    private Answer image() {
        return client.send(client.request(
                        "/v1/images/generations",
                        "Authorization",
                        "Bearer key-of-ann",
                        "Content-Type",
                        "application/json")
                .POST(BodyPublishers.ofString("{\"prompt\": \"a\", \"n\": 2}")));
    }

    private Answer chunked(String type, String body) {
        return client.send(client.request("/v1/videos", "Authorization", "Bearer key-of-ann", "Content-Type", type)
                .POST(BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)))));
    }

    private String playable(String who) {
        String id = post(who).json().get("id").asText();
        LocalInfrastructure.stages().stream(id, 0);
        eventually(() -> !as(who, "/v1/videos/" + id).json().get("stream_url").isNull());
        return id;
    }

    private Answer as(String who, String path) {
        return client.get(path, "Authorization", "Bearer key-of-" + who);
    }

    private Answer post(String who) {
        return post(who, "{\"prompt\": \"a\"}");
    }

    private Answer post(String who, String json) {
        return client.send(client.request(
                        "/v1/videos", "Authorization", "Bearer key-of-" + who, "Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }
}
