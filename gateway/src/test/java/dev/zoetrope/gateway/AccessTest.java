package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.GenerationRequested;
import dev.zoetrope.contracts.Topics;
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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
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
                    "zoetrope.gateway.cors-origins", "https://studio.example.com,http://localhost:5173",
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
    void a_page_of_an_admitted_origin_may_ask_before_it_has_a_key() {
        // When
        Answer preflight = client.send(client.request(
                        "/v1/videos",
                        "Origin",
                        "http://localhost:5173",
                        "Access-Control-Request-Method",
                        "POST",
                        "Access-Control-Request-Headers",
                        "authorization,content-type,idempotency-key,x-stainless-lang")
                .method("OPTIONS", BodyPublishers.noBody()));

        // Then
        assertThat(preflight.status()).as(preflight.text()).isEqualTo(200);
        assertThat(preflight.headers())
                .containsEntry("access-control-allow-origin", "http://localhost:5173")
                .doesNotContainEntry("access-control-allow-credentials", "true");
        assertThat(preflight.headers().get("access-control-allow-methods")).contains("POST", "DELETE");
        assertThat(preflight.headers().get("access-control-allow-headers"))
                .containsIgnoringCase("authorization")
                .containsIgnoringCase("idempotency-key")
                .containsIgnoringCase("x-stainless-lang");
    }

    @Test
    void a_page_of_an_admitted_origin_reads_every_answer_and_its_headers() {
        // Given
        String origin = "https://studio.example.com";

        // When
        List<Answer> answers = List.of(
                client.get("/v1/models", "Origin", origin, "Authorization", "Bearer key-of-ann"),
                client.get(
                        "/v1/videos/video_01k0zn4b6f3q8w2x5y7t9r1e0d/events",
                        "Origin",
                        origin,
                        "Authorization",
                        "Bearer key-of-ann"),
                client.get("/v1/videos/video_01k0zn4b6f3q8w2x5y7t9r1e0d/stream.m3u8", "Origin", origin),
                client.get("/v1/models", "Origin", origin),
                client.get("/nothing", "Origin", origin),
                client.send(client.request("/v1/videos", "Origin", origin, "Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofString("{}"))),
                client.send(client.request("/v1/videos", "Origin", origin, "Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("\"%s\"".formatted("a".repeat(100_000))))));

        // Then
        assertThat(answers).extracting(Answer::status).containsExactly(200, 404, 401, 401, 404, 415, 413);
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.headers()).containsEntry("access-control-allow-origin", origin);
            assertThat(answer.headers().get("access-control-expose-headers"))
                    .contains(
                            "Content-Range", "ETag", "Retry-After", "x-request-id", "Location", "openai-poll-after-ms");
            assertThat(answer.headers().get("x-request-id")).startsWith("req_");
        });
    }

    @Test
    void a_page_of_another_origin_is_not_answered() {
        // When
        Answer answer = client.get(
                "/v1/models", "Origin", "https://elsewhere.example.com", "Authorization", "Bearer key-of-ann");

        // Then
        assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
        assertThat(answer.status()).isEqualTo(403);
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
    void a_body_may_have_as_many_bytes_as_the_one_limit_says_and_not_one_more() {
        // Given
        String most = "{}" + " ".repeat(64 * 1024 - 2);

        // When
        List<Answer> within = List.of(whole(most), chunked("application/json", most));
        List<Answer> beyond = List.of(whole(most + " "), chunked("application/json", most + " "));

        // Then
        assertThat(within).extracting(Answer::status).containsOnly(400);
        assertThat(beyond).extracting(Answer::status).containsOnly(413);
        assertThat(ConfigProvider.getConfig().getOptionalValue("quarkus.http.limits.max-body-size", String.class))
                .isEmpty();
    }

    private Answer whole(String json) {
        return client.send(
                client.request("/v1/videos", "Authorization", "Bearer key-of-ann", "Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json)));
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

    // Before the queue is full.
    @Test
    @Order(2)
    void a_job_that_came_as_an_event_is_seen_by_the_owner_that_the_event_says() {
        // Given
        GenerationRequested anns = OutsideEvents.request(digest("key-of-ann"), "{\"prompt\": \"a\"}");
        GenerationRequested nobodys = OutsideEvents.request(null, "{\"prompt\": \"a\"}");
        GenerationRequested strangers = OutsideEvents.request(digest("key-of-nobody"), "{\"prompt\": \"a\"}");

        // When
        List.of(anns, nobodys, strangers).forEach(OutsideEvents::send);

        // Then
        eventually(() -> as("ann", "/v1/videos/" + anns.job()).status() == 200);
        eventually(() -> failures().anyMatch(failed -> failed.job().equals(strangers.job())));
        assertThat(as("bob", "/v1/videos/" + anns.job()).status()).isEqualTo(404);
        assertThat(as("ann", "/v1/videos/" + nobodys.job()).status()).isEqualTo(404);
        assertThat(failures().filter(failed -> failed.job().equals(strangers.job())))
                .singleElement()
                .satisfies(failed -> assertThat(failed.message()).startsWith("owner: expected"));
        assertThat(as("ann", "/v1/videos").json().get("data").findValuesAsText("id"))
                .contains(anns.job())
                .doesNotContain(nobodys.job());
        // The queue has room for two.
        LocalInfrastructure.stages().complete(nobodys.job(), 1);
        LocalInfrastructure.stages().complete(anns.job(), 1);
        eventually(() -> as("ann", "/v1/videos/" + anns.job())
                .json()
                .get("status")
                .asText()
                .equals("completed"));
    }

    /** As the documentation says it: the first 32 hexadecimal digits of the key's SHA-256. */
    private static String digest(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, 32);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<Fact.JobFailed> failures() {
        return LocalInfrastructure.stages().values(Topics.JOBS).stream()
                .map(record -> Codec.FACTS.decode(record.value()))
                .filter(Fact.JobFailed.class::isInstance)
                .map(Fact.JobFailed.class::cast);
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
