package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.gateway.Client.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
@TestProfile(WebhooksTest.OnLoopback.class)
class WebhooksTest {
    /** Receivers on loopback are what the default refuses. */
    public static final class OnLoopback implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "zoetrope.gateway.webhooks.allow-private", "true",
                    "zoetrope.gateway.webhooks.first-pause", "200ms");
        }
    }

    @TestHTTPResource
    URI base;

    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private Client client;
    private HttpServer receiver;

    private record Delivery(String id, String timestamp, String signature, String body) {
        boolean isSignedWith(String secret) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
                byte[] sum = mac.doFinal((id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8));
                return List.of(signature.split(" "))
                        .contains("v1," + Base64.getEncoder().encodeToString(sum));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @BeforeEach
    void connect() throws IOException {
        client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            deliveries.add(new Delivery(
                    exchange.getRequestHeaders().getFirst("webhook-id"),
                    exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                    exchange.getRequestHeaders().getFirst("webhook-signature"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(refusals.getAndDecrement() > 0 ? 500 : 204, -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void disconnect() {
        client.get("/v1/webhook_endpoints")
                .json()
                .get("data")
                .forEach(endpoint -> client.delete(
                        "/v1/webhook_endpoints/" + endpoint.get("id").asText()));
        receiver.stop(0);
    }

    @Test
    void an_end_is_told_until_it_is_taken_signed_and_under_the_same_id() {
        // Given
        String secret = endpoint().get("signing_secret").asText();
        refusals.set(2);

        // When
        String video = completed();

        // Then
        eventually(() -> settled(video).size() == 1);
        assertThat(deliveries).hasSize(3);
        assertThat(deliveries)
                .extracting(Delivery::id)
                .containsOnly(deliveries.get(0).id());
        assertThat(deliveries).allMatch(delivery -> delivery.isSignedWith(secret));
        assertThat(deliveries.get(0).body())
                .contains(
                        "\"object\":\"event\"", "\"type\":\"video.completed\"", "\"data\":{\"id\":\"" + video + "\"}");
        assertThat(settled(video).get(0).delivered()).isTrue();
        assertThat(settled(video).get(0).attempts()).isEqualTo(3);
    }

    @Test
    void a_rotated_secret_signs_beside_the_old_one_for_a_day_when_that_is_asked_for() {
        // Given
        JsonNode endpoint = endpoint();
        String id = endpoint.get("id").asText();
        String old = endpoint.get("signing_secret").asText();

        // When
        String fresh = client.post(
                        "/v1/webhook_endpoints/%s/rotate_secret".formatted(id),
                        "{\"keep_old_secret_active_for_24_hours\": true}")
                .json()
                .get("signing_secret")
                .asText();
        Answer test = client.post("/v1/webhook_endpoints/%s/test".formatted(id), "{\"event_type\": \"video.failed\"}");

        // Then
        assertThat(test.json().get("status_code").asInt()).isEqualTo(204);
        assertThat(fresh).isNotEqualTo(old);
        assertThat(deliveries).singleElement().satisfies(delivery -> {
            assertThat(delivery.isSignedWith(fresh)).isTrue();
            assertThat(delivery.isSignedWith(old)).isTrue();
        });
    }

    @Test
    void an_endpoint_is_updated_listed_without_its_secret_and_deleted() {
        // Given
        String id = endpoint().get("id").asText();

        // When
        JsonNode updated = client.post("/v1/webhook_endpoints/" + id, "{\"name\": \"other\"}")
                .json();
        JsonNode listed = client.get("/v1/webhook_endpoints").json();
        JsonNode deleted = client.delete("/v1/webhook_endpoints/" + id).json();

        // Then
        assertThat(updated.get("name").asText()).isEqualTo("other");
        assertThat(listed.at("/data/0/id").asText()).isEqualTo(id);
        assertThat(listed.at("/data/0/signing_secret").isMissingNode()).isTrue();
        assertThat(deleted.get("deleted").asBoolean()).isTrue();
        assertThat(client.get("/v1/webhook_endpoints/" + id).status()).isEqualTo(404);
    }

    private JsonNode endpoint() {
        Answer answer = client.post(
                "/v1/webhook_endpoints",
                "{\"name\": \"mine\", \"url\": \"http://127.0.0.1:%d/\", \"event_types\": [\"video.completed\"]}"
                        .formatted(receiver.getAddress().getPort()));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private String completed() {
        String id = client.post("/v1/videos", "{\"prompt\": \"a\"}")
                .json()
                .get("id")
                .asText();
        LocalInfrastructure.stages().complete(id, 1);
        return id;
    }

    private static List<Fact.WebhookSettled> settled(String job) {
        return LocalInfrastructure.stages().values(Topics.JOBS).stream()
                .map(record -> Codec.FACTS.decode(record.value()))
                .filter(Fact.WebhookSettled.class::isInstance)
                .map(Fact.WebhookSettled.class::cast)
                .filter(fact -> fact.job().equals(job))
                .toList();
    }
}
