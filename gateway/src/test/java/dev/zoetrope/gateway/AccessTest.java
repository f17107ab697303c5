package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.gateway.Client.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
@TestProfile(AccessTest.WithKeys.class)
class AccessTest {
    /** Two keys, and bodies of 64 KiB at most. */
    public static final class WithKeys implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "zoetrope.gateway.api-keys", "key-of-ann,key-of-bob",
                    "zoetrope.gateway.limits.queued", "2",
                    "quarkus.http.limits.max-body-size", "64K");
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

    private Answer as(String who, String path) {
        return client.get(path, "Authorization", "Bearer key-of-" + who);
    }

    private Answer post(String who) {
        return client.send(client.request(
                        "/v1/videos", "Authorization", "Bearer key-of-" + who, "Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"prompt\": \"a\"}")));
    }
}
