package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.GenerationRequested;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.gateway.Client.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Prompts as long as they may be, of characters of four bytes: they pass, or are refused before anything is queued. */
@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
class LargestJobsTest {
    private static final String LONGEST = "\uD83E\uDD8A".repeat(32_000);

    @TestHTTPResource
    URI base;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
    }

    @Test
    void the_longest_prompt_in_the_most_shots_is_queued_and_known_to_snapshots() {
        // Given
        String shots = shots(64, "2");

        // When
        Answer json = client.post("/v1/videos", "{\"prompt\": \"%s\", \"storyboard\": %s}".formatted(LONGEST, shots));
        Answer form = client.form("/v1/videos", "prompt", LONGEST, "storyboard", shots);

        // Then
        assertThat(List.of(json, form)).allSatisfy(answer -> {
            assertThat(answer.status()).as(shown(answer)).isEqualTo(200);
            String id = answer.json().get("id").asText();
            List<Order> orders = LocalInfrastructure.stages().orders(Stage.TEXT_ENCODING, id);
            assertThat(orders).hasSize(1);
            assertThat(orders.get(0).spec().segments())
                    .hasSize(64)
                    .extracting(SegmentSpec::prompt)
                    .allMatch(LONGEST::equals);
            eventually(() -> LocalInfrastructure.stages().values("zoetrope.job-views").stream()
                    .anyMatch(view -> id.equals(view.key())));
        });
    }

    @Test
    void what_no_queue_takes_is_refused_by_name_and_nothing_is_queued() {
        // Given
        int queued = queued();

        // When
        Answer prompt = client.post("/v1/videos", "{\"prompt\": \"%s\", \"seconds\": \"600\"}".formatted(LONGEST));
        Answer storyboard =
                client.post("/v1/videos", "{\"prompt\": \"a\", \"storyboard\": %s}".formatted(shots(60, "10")));

        // Then
        assertThat(List.of(prompt, storyboard))
                .allSatisfy(answer -> {
                    assertThat(answer.status()).as(shown(answer)).isEqualTo(400);
                    assertThat(answer.message()).contains("windows", "bytes");
                })
                .extracting(Answer::param)
                .containsExactly("prompt", "storyboard");
        assertThat(queued()).isEqualTo(queued);
    }

    @Test
    void an_event_whose_dead_letter_is_over_a_megabyte_does_not_hold_up_the_next_one() {
        // Given
        GenerationRequested bad = request("65x64", shots(6, "2"));
        GenerationRequested next = request("64x64", "[{\"prompt\": \"a ball\", \"seconds\": \"2\"}]");

        // When
        OutsideEvents.send(bad);
        OutsideEvents.send(next);

        // Then
        eventually(() -> client.get("/v1/videos/" + next.job()).status() == 200);
        assertThat(LocalInfrastructure.stages().values(Topics.JOBS))
                .map(record -> Codec.FACTS.decode(record.value()))
                .anyMatch(fact ->
                        fact instanceof Fact.JobFailed failed && failed.job().equals(bad.job()));
    }

    private static String shots(int count, String seconds) {
        return Collections.nCopies(count, "{\"prompt\": \"%s\", \"seconds\": \"%s\"}".formatted(LONGEST, seconds))
                .toString();
    }

    private static GenerationRequested request(String size, String shots) {
        String body = "{\"prompt\": \"%s\", \"size\": \"%s\", \"storyboard\": %s}";
        return OutsideEvents.request(null, body.formatted(LONGEST.substring(0, 16_000), size, shots));
    }

    private static String shown(Answer answer) {
        return answer.text().substring(0, Math.min(300, answer.text().length()));
    }

    private static int queued() {
        return LocalInfrastructure.stages().values(Stage.TEXT_ENCODING.topic()).size();
    }
}
