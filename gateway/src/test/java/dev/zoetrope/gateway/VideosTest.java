package dev.zoetrope.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Control;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.gateway.Client.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
class VideosTest {
    @TestHTTPResource
    URI base;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
    }

    @Test
    void an_accepted_video_is_queued_with_every_field_of_the_protocol() {
        // When
        Answer answer =
                client.post("/v1/videos", "{\"prompt\": \"a red ball\", \"seconds\": \"4\", \"size\": \"64x96\"}");

        // Then
        JsonNode video = answer.json();
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.headers()).containsKey("openai-poll-after-ms");
        assertThat(video.get("id").asText()).startsWith("video_");
        assertThat(video.get("object").asText()).isEqualTo("video");
        assertThat(video.get("model").asText()).isEqualTo("toybox");
        assertThat(video.get("status").asText()).isEqualTo("queued");
        assertThat(video.get("progress").asInt()).isZero();
        assertThat(video.get("seconds").asText()).isEqualTo("4");
        assertThat(video.get("size").asText()).isEqualTo("64x96");
        assertThat(video.get("prompt").asText()).isEqualTo("a red ball");
        assertThat(video.get("created_at").asLong())
                .isBetween(Instant.now().getEpochSecond() - 5, Instant.now().getEpochSecond());
        assertThat(video.fieldNames())
                .toIterable()
                .contains("completed_at", "expires_at", "remixed_from_video_id", "error", "stage", "eta_seconds");
        assertThat(video.get("trace_id").asText()).matches("[0-9a-f]{32}");
    }

    @Test
    void an_accepted_video_has_its_first_order_in_the_queue_of_text_encoding() {
        // Given
        String id = create("a red ball");

        // When
        List<Order> orders = LocalInfrastructure.stages().orders(Stage.TEXT_ENCODING, id);

        // Then
        assertThat(orders).singleElement().satisfies(order -> {
            assertThat(order.attempt()).isZero();
            assertThat(order.spec().segments()).hasSize(1);
            assertThat(order.spec().segment(0).frames()).isEqualTo(33);
        });
    }

    @Test
    void a_video_is_followed_from_queue_to_content() {
        // Given
        String id = create("a red ball");

        // When
        LocalInfrastructure.stages().complete(id, 1);

        // Then
        eventually(() -> status(id).equals("completed"));
        JsonNode video = client.get("/v1/videos/" + id).json();
        assertThat(video.get("progress").asInt()).isEqualTo(100);
        assertThat(video.get("completed_at").isNumber()).isTrue();
        assertThat(video.get("expires_at").isNumber()).isTrue();
        Answer content = client.get("/v1/videos/" + id + "/content");
        assertThat(content.status()).isEqualTo(200);
        assertThat(content.headers().get("content-type")).isEqualTo("video/mp4");
        assertThat(content.body()).isEqualTo(ScriptedStages.VIDEO);
    }

    @Test
    void content_is_delivered_in_ranges() {
        // Given
        String id = create("a red ball");
        LocalInfrastructure.stages().complete(id, 1);
        eventually(() -> status(id).equals("completed"));

        // When
        Answer middle = client.get("/v1/videos/" + id + "/content", "Range", "bytes=4-9");
        Answer tail = client.get("/v1/videos/" + id + "/content", "Range", "bytes=-5");
        Answer behind = client.get("/v1/videos/" + id + "/content", "Range", "bytes=1000-");

        // Then
        int size = ScriptedStages.VIDEO.length;
        assertThat(middle.status()).isEqualTo(206);
        assertThat(middle.text()).isEqualTo(new String(ScriptedStages.VIDEO, 4, 6));
        assertThat(middle.headers().get("content-range")).isEqualTo("bytes 4-9/" + size);
        assertThat(tail.text()).isEqualTo(new String(ScriptedStages.VIDEO, size - 5, 5));
        assertThat(behind.status()).isEqualTo(416);
        assertThat(behind.headers().get("content-range")).isEqualTo("bytes */" + size);
    }

    @Test
    void a_failed_video_says_why() {
        // Given
        String id = create("a red ball");

        // When
        LocalInfrastructure.stages()
                .say(new Fact.JobFailed(id, Instant.now(), ProblemCode.OUT_OF_MEMORY, "does not fit", Stage.DECODING));

        // Then
        eventually(() -> status(id).equals("failed"));
        JsonNode error = client.get("/v1/videos/" + id).json().get("error");
        assertThat(error.get("code").asText()).isEqualTo("out_of_memory");
        assertThat(error.get("message").asText()).isEqualTo("does not fit");
        assertThat(client.get("/v1/videos/" + id + "/content").status()).isEqualTo(404);
    }

    @Test
    void a_cancelled_video_has_failed_and_every_worker_is_told() {
        // Given
        String id = create("a red ball");

        // When
        Answer answer = client.post("/v1/videos/" + id + "/cancel", "application/json", new byte[0]);

        // Then
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("status").asText()).isEqualTo("failed");
        assertThat(answer.json().at("/error/code").asText()).isEqualTo("cancelled");
        assertThat(LocalInfrastructure.stages().values(Topics.CONTROL))
                .extracting(record -> Codec.CONTROL.decode(record.value()))
                .anySatisfy(control -> assertThat(control)
                        .isInstanceOfSatisfying(Control.CancelRequested.class, cancel -> assertThat(cancel.job())
                                .isEqualTo(id)));
    }

    @Test
    void a_video_is_deleted_only_when_it_has_ended() {
        // Given
        String id = create("a red ball");
        int early = client.delete("/v1/videos/" + id).status();
        LocalInfrastructure.stages().complete(id, 1);
        eventually(() -> status(id).equals("completed"));

        // When
        Answer answer = client.delete("/v1/videos/" + id);

        // Then
        assertThat(early).isEqualTo(409);
        assertThat(answer.json().get("deleted").asBoolean()).isTrue();
        assertThat(answer.json().get("object").asText()).isEqualTo("video.deleted");
        assertThat(client.get("/v1/videos/" + id).status()).isEqualTo(404);
    }

    @Test
    void the_list_is_paged_in_either_order() {
        // Given
        String first = create("one");
        String second = create("two");
        String third = create("three");

        // When
        JsonNode newest = client.get("/v1/videos?limit=2").json();
        JsonNode rest = client.get("/v1/videos?limit=1&after=" + second).json();
        JsonNode upward =
                client.get("/v1/videos?order=asc&limit=1&after=" + second).json();

        // Then
        assertThat(newest.get("object").asText()).isEqualTo("list");
        assertThat(newest.get("data").findValuesAsText("id")).containsExactly(third, second);
        assertThat(newest.get("first_id").asText()).isEqualTo(third);
        assertThat(newest.get("last_id").asText()).isEqualTo(second);
        assertThat(newest.get("has_more").asBoolean()).isTrue();
        assertThat(rest.get("data").findValuesAsText("id")).containsExactly(first);
        assertThat(upward.get("data").findValuesAsText("id")).containsExactly(third);
    }

    @Test
    void a_video_longer_than_the_model_s_window_is_planned_in_windows() {
        // Given
        String id = client.post("/v1/videos", "{\"prompt\": \"a red ball\", \"seconds\": \"10\"}")
                .json()
                .get("id")
                .asText();

        // When
        Order order =
                LocalInfrastructure.stages().orders(Stage.TEXT_ENCODING, id).get(0);

        // Then
        assertThat(order.spec().segments()).hasSizeGreaterThan(2);
        assertThat(order.spec().shownFrames()).isEqualTo(81);
    }

    @Test
    void an_unknown_path_a_wrong_method_and_an_unknown_id_have_the_one_error_shape() {
        for (Answer answer : List.of(
                client.get("/v1/nothing"),
                client.get("/v1/videos/video_01k0zn4b6f3q8w2x5y7t9r1e0d"),
                client.get("/v1/videos/nonsense"),
                client.get("/v1/models/nonsense"))) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(404);
            assertThat(answer.json().get("error").fieldNames())
                    .toIterable()
                    .containsExactlyInAnyOrder("message", "type", "param", "code");
        }
        Answer method = client.delete("/v1/videos");
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.json().at("/error/type").asText()).isEqualTo("invalid_request_error");
    }

    private String create(String prompt) {
        Answer answer = client.post("/v1/videos", "{\"prompt\": \"%s\"}".formatted(prompt));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().get("id").asText();
    }

    private String status(String id) {
        return client.get("/v1/videos/" + id).json().get("status").asText();
    }

    static void eventually(Supplier<Boolean> condition) {
        Instant until = Instant.now().plus(Duration.ofSeconds(20));
        while (!condition.get()) {
            assertThat(Instant.now()).as("in time").isBefore(until);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
