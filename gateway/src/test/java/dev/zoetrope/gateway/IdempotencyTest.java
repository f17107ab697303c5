package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.gateway.Client.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
@TestProfile(WebhooksTest.OnLoopback.class)
class IdempotencyTest {
    private static final String BODY = "{\"prompt\": \"a red ball\", \"seconds\": \"4\"}";

    @TestHTTPResource
    URI base;

    @TempDir
    Path folder;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
    }

    @Test
    void a_request_that_comes_again_is_answered_as_the_first_and_makes_nothing() {
        // Given
        String key = key();
        Answer first = post("/v1/videos", key, BODY);
        String id = first.json().get("id").asText();
        LocalInfrastructure.stages().complete(id, 1);

        // When
        Answer again = post("/v1/videos", key, BODY);
        Answer reordered = post("/v1/videos", key, "{\"seconds\": \"4\", \"prompt\": \"a red ball\"}");

        // Then
        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(first.headers()).doesNotContainKey("idempotent-replayed");
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(again.headers()).containsEntry("idempotent-replayed", "true");
        assertThat(reordered.json()).isEqualTo(first.json());
        assertThat(LocalInfrastructure.stages().orders(Stage.TEXT_ENCODING, id)).hasSize(1);
    }

    @Test
    void a_key_that_comes_with_another_request_is_refused() {
        // Given
        String key = key();
        post("/v1/videos", key, BODY);

        // When
        Answer body = post("/v1/videos", key, "{\"prompt\": \"a blue ball\", \"seconds\": \"4\"}");
        Answer call = post("/v1/images/generations", key, "{\"prompt\": \"a red ball\"}");

        // Then
        assertThat(List.of(body, call)).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.json().at("/error/type").asText()).isEqualTo("idempotency_error");
            assertThat(answer.param()).isEqualTo("Idempotency-Key");
        });
    }

    @Test
    void requests_at_the_same_time_make_one_video() {
        // Given
        String key = key();

        // When
        List<CompletableFuture<Answer>> sent = IntStream.range(0, 12)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> post("/v1/videos", key, BODY)))
                .toList();
        List<Answer> answers = sent.stream().map(CompletableFuture::join).toList();

        // Then
        assertThat(answers).extracting(Answer::status).containsOnly(200);
        assertThat(answers.stream()
                        .map(answer -> answer.json().get("id").asText())
                        .distinct())
                .singleElement()
                .satisfies(id -> assertThat(LocalInfrastructure.stages().orders(Stage.TEXT_ENCODING, id))
                        .hasSize(1));
    }

    @Test
    void every_call_that_makes_something_makes_it_once() throws Exception {
        // Given
        byte[] clip = Files.readAllBytes(StockClientsTest.clip(folder));
        String video = client.completed(BODY);
        Map<String, Function<String, Answer>> calls = new LinkedHashMap<>();
        calls.put("remix", key -> post("/v1/videos/%s/remix".formatted(video), key, "{\"prompt\": \"at night\"}"));
        calls.put(
                "edit",
                key -> post(
                        "/v1/videos/edits",
                        key,
                        "{\"prompt\": \"at night\", \"video\": {\"id\": \"%s\"}}".formatted(video)));
        calls.put("edit of a file", key -> form("/v1/videos/edits", key, "prompt", "at night", "video", clip));
        calls.put(
                "extension",
                key -> post(
                        "/v1/videos/extensions",
                        key,
                        "{\"prompt\": \"on\", \"seconds\": \"2\", \"video\": {\"id\": \"%s\"}}".formatted(video)));
        calls.put(
                "connection",
                key -> post(
                        "/v1/videos/connections",
                        key,
                        "{\"prompt\": \"on\", \"seconds\": \"2\", \"from\": {\"id\": \"%s\"}, \"to\": {\"id\": \"%s\"}}"
                                .formatted(video, video)));
        calls.put("character", key -> form("/v1/videos/characters", key, "name", "Mossy", "video", clip));
        calls.put("file", key -> form("/v1/files", key, "purpose", "vision", "file", clip));
        calls.put(
                "webhook endpoint",
                key -> post(
                        "/v1/webhook_endpoints",
                        key,
                        "{\"name\": \"n\", \"url\": \"http://127.0.0.1:9/\", \"event_types\": [\"video.failed\"]}"));
        String hook = post(
                        "/v1/webhook_endpoints",
                        key(),
                        "{\"name\": \"n\", \"url\": \"http://127.0.0.1:9/\", \"event_types\": [\"video.failed\"]}")
                .json()
                .get("id")
                .asText();
        calls.put("secret", key -> post("/v1/webhook_endpoints/%s/rotate_secret".formatted(hook), key, "{}"));

        // Then
        calls.forEach((name, call) -> {
            String key = key();
            Answer first = call.apply(key);
            Answer again = call.apply(key);
            Answer other = call.apply(key());
            assertThat(first.status()).as(name + first.text()).isEqualTo(200);
            assertThat(again.json()).as(name).isEqualTo(first.json());
            assertThat(again.headers()).as(name).containsEntry("idempotent-replayed", "true");
            assertThat(other.json()).as(name).isNotEqualTo(first.json());
        });
    }

    @Test
    void images_are_made_once() throws Exception {
        // Given
        String key = key();

        // When
        Answer first;
        Answer again;
        try (AutoCloseable working = LocalInfrastructure.stages().completeWhatIsAccepted()) {
            first = post("/v1/images/generations", key, "{\"prompt\": \"a\", \"n\": 3}");
            again = post("/v1/images/generations", key, "{\"prompt\": \"a\", \"n\": 3}");
        }

        // Then
        assertThat(first.json().get("data").findValuesAsText("url")).hasSize(3).doesNotHaveDuplicates();
        assertThat(again.json()).isEqualTo(first.json());
    }

    @Test
    void two_forms_with_other_files_are_two_requests() {
        // Given
        String key = key();
        form("/v1/files", key, "purpose", "vision", "file", "one".getBytes(StandardCharsets.UTF_8));

        // When
        Answer other = form("/v1/files", key, "purpose", "vision", "file", "two".getBytes(StandardCharsets.UTF_8));

        // Then
        assertThat(other.status()).isEqualTo(422);
    }

    @Test
    void a_refusal_is_not_kept() {
        // Given
        String key = key();
        Answer refused = post("/v1/videos", key, "{\"prompt\": \"a\", \"seconds\": \"4.1\"}");

        // When
        Answer mended = post("/v1/videos", key, BODY);

        // Then
        assertThat(refused.status()).isEqualTo(400);
        assertThat(mended.status()).as(mended.text()).isEqualTo(200);
    }

    @Test
    void a_key_that_is_none_is_refused() {
        for (String key : List.of("", "k".repeat(256), "k\tk")) {
            Answer answer = post("/v1/videos", key, BODY);
            assertThat(answer.status()).as(key).isEqualTo(400);
            assertThat(answer.param()).as(key).isEqualTo("Idempotency-Key");
        }
        assertThat(post("/v1/videos", "k".repeat(200) + key(), BODY).status()).isEqualTo(200);
    }

    @Test
    void while_another_gateway_is_at_it_the_client_is_told_to_come_back() throws Exception {
        // Given
        String key = key();
        post("/v1/videos", key, BODY);
        claim(key, Duration.ZERO, null);

        // When
        Answer answer = post("/v1/videos", key, BODY);

        // Then
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().at("/error/type").asText()).isEqualTo("idempotency_error");
        assertThat(answer.headers()).containsEntry("x-should-retry", "true").containsKey("retry-after");
    }

    @Test
    void what_a_gateway_has_accepted_before_it_died_is_found_and_not_made_again() throws Exception {
        // Given
        String key = key();
        String id = post("/v1/videos", key, BODY).json().get("id").asText();
        claim(key, Duration.ofMinutes(2), null);

        // When
        Answer answer = post("/v1/videos", key, BODY);

        // Then
        assertThat(answer.json().get("id").asText()).isEqualTo(id);
        assertThat(LocalInfrastructure.stages().orders(Stage.TEXT_ENCODING, id)).hasSize(1);
    }

    @Test
    void what_a_gateway_has_claimed_and_not_made_before_it_died_is_made_under_the_claimed_id() throws Exception {
        // Given
        String key = key();
        post("/v1/videos", key, BODY);
        String claimed = JobId.video();
        claim(key, Duration.ofMinutes(2), claimed);

        // When
        Answer answer = post("/v1/videos", key, BODY);

        // Then
        assertThat(answer.json().get("id").asText()).isEqualTo(claimed);
        assertThat(LocalInfrastructure.stages().orders(Stage.TEXT_ENCODING, claimed))
                .hasSize(1);
    }

    @Test
    void a_key_is_new_again_after_a_day() throws Exception {
        // Given
        String key = key();
        Answer first = post("/v1/videos", key, BODY);
        claim(key, Duration.ofHours(25), null);

        // When
        Answer answer = post("/v1/videos", key, "{\"prompt\": \"another\"}");

        // Then
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("id")).isNotEqualTo(first.json().get("id"));
    }

    /** Makes the kept answer of a key one that a gateway has claimed so long ago and not answered. */
    private static void claim(String key, Duration age, String id) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
        String place = "idempotency/anybody/%s.json".formatted(HexFormat.of().formatHex(hash, 0, 16));
        eventually(() -> LocalInfrastructure.stages().object(place).hasNonNull("answer"));
        ObjectNode kept = LocalInfrastructure.stages().object(place);
        kept.remove("answer");
        kept.put("at", Instant.now().minus(age).toEpochMilli());
        if (id != null) {
            kept.put("id", id);
        }
        LocalInfrastructure.stages().object(place, kept);
    }

    private Answer post(String path, String key, String json) {
        return client.send(client.request(path, "Content-Type", "application/json", "Idempotency-Key", key)
                .POST(BodyPublishers.ofString(json)));
    }

    private Answer form(String path, String key, Object... namesAndValues) {
        return client.form(path, Map.of("Idempotency-Key", key), namesAndValues);
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }
}
