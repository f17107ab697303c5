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
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Server-sent events, as an EventSource sees them: whenever it opens, it hears the end, and then it stops. */
@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
class EventsTest {
    @TestHTTPResource
    URI base;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
    }

    @Test
    void events_opened_after_the_end_tell_the_end() {
        // Given
        String completed = client.completed("{\"prompt\": \"a\"}");
        String failed = create();
        LocalInfrastructure.stages()
                .say(new Fact.JobFailed(
                        failed, Instant.now(), ProblemCode.OUT_OF_MEMORY, "does not fit", Stage.DECODING));
        String cancelled = create();
        client.post("/v1/videos/%s/cancel".formatted(cancelled), "application/json", new byte[0]);
        eventually(() -> status(failed).equals("failed") && status(cancelled).equals("failed"));

        // Then
        assertThat(names(events(completed))).containsExactly("video.status", "video.completed");
        assertThat(names(events(failed))).containsExactly("video.status", "video.failed");
        assertThat(names(events(cancelled))).containsExactly("video.status", "video.failed");
        assertThat(events(cancelled).text()).contains("\"code\":\"cancelled\"");
        assertThat(events(completed).headers()).containsEntry("cache-control", "no-cache");
    }

    @Test
    void a_client_that_has_seen_the_end_is_told_to_stop_and_one_that_has_not_hears_it() {
        // Given
        String id = client.completed("{\"prompt\": \"a\"}");
        List<String> ids = values(events(id), "id");

        // When
        Answer seen = events(id, "Last-Event-ID", ids.get(ids.size() - 1));
        Answer unseen = events(id, "Last-Event-ID", ids.get(0));
        Answer nonsense = events(id, "Last-Event-ID", "what?");

        // Then
        assertThat(seen.status()).isEqualTo(204);
        assertThat(seen.body()).isEmpty();
        assertThat(names(unseen)).endsWith("video.completed");
        assertThat(names(nonsense)).endsWith("video.completed");
    }

    @Test
    void events_opened_in_the_middle_begin_with_the_state_and_go_on_to_the_end() throws Exception {
        // Given
        String id = create();
        LocalInfrastructure.stages().say(new Fact.StageStarted(id, Instant.now(), Stage.DENOISING, 0, 0, "test"));
        eventually(() -> status(id).equals("in_progress"));

        // When
        CompletableFuture<Answer> events = CompletableFuture.supplyAsync(() -> events(id, "Last-Event-ID", "7"));
        Thread.sleep(500);
        LocalInfrastructure.stages().complete(id, 1);

        // Then
        Answer answer = events.get(20, TimeUnit.SECONDS);
        assertThat(names(answer)).startsWith("video.status").endsWith("video.completed");
        assertThat(values(answer, "id")).last().isEqualTo("end");
    }

    @Test
    void events_opened_at_once_after_the_acceptance_are_not_404() {
        for (int i = 0; i < 5; i++) {
            // Given
            String id = create();

            // When
            CompletableFuture<Answer> events = CompletableFuture.supplyAsync(() -> events(id));
            LocalInfrastructure.stages().complete(id, 1);

            // Then
            assertThat(names(events.join())).endsWith("video.completed");
        }
    }

    @Test
    void events_of_a_video_that_is_deleted_meanwhile_end_with_that() throws Exception {
        // Given
        String id = create();
        CompletableFuture<Answer> events = CompletableFuture.supplyAsync(() -> events(id));
        Thread.sleep(500);

        // When
        LocalInfrastructure.stages().say(new Fact.JobDeleted(id, Instant.now()));

        // Then
        assertThat(names(events.get(20, TimeUnit.SECONDS))).containsExactly("video.status", "video.deleted");
        assertThat(events(id, "Last-Event-ID", "end").status()).isEqualTo(404);
    }

    @Test
    void a_slow_client_hears_the_end_and_need_not_hear_every_step() throws Exception {
        // Given
        String id = create();
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(2_048);
            socket.connect(new java.net.InetSocketAddress(base.getHost(), base.getPort()));
            socket.getOutputStream()
                    .write("GET /v1/videos/%s/events HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
                            .formatted(id)
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String head = new String(in.readNBytes(64), StandardCharsets.UTF_8);

            // When: far more than the sockets hold, while nobody reads
            for (int step = 0; step < 20_000; step++) {
                LocalInfrastructure.stages()
                        .sayLater(new Fact.StageProgressed(id, Instant.now(), Stage.DENOISING, 0, step, 20_000, null));
            }
            LocalInfrastructure.stages().complete(id, 1);
            eventually(() -> status(id).equals("completed"));
            String rest = new String(in.readAllBytes(), StandardCharsets.UTF_8);

            // Then
            assertThat(head).startsWith("HTTP/1.1 200");
            assertThat(rest.lines().filter(line -> line.startsWith("event:")))
                    .hasSizeLessThan(20_000)
                    .last()
                    .isEqualTo("event:video.completed");
        }
    }

    private String create() {
        return client.post("/v1/videos", "{\"prompt\": \"a\"}").json().get("id").asText();
    }

    private String status(String id) {
        return client.get("/v1/videos/" + id).json().get("status").asText();
    }

    private Answer events(String id, String... headers) {
        return client.get("/v1/videos/%s/events".formatted(id), headers);
    }

    private static List<String> names(Answer events) {
        return values(events, "event");
    }

    private static List<String> values(Answer events, String field) {
        return events.text()
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .toList();
    }
}
