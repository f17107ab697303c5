package dev.zoetrope.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.zoetrope.codec.reading.VideoInfo;
import dev.zoetrope.codec.reading.VideoProbe;
import dev.zoetrope.contracts.CloudEvent;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Topics;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The one-process form as people run it: gateway, Kafka, S3 protocol, MP4.
 *
 * <p>{@code -Dmesh.jobs=200} makes the queue as long as that; 12 jobs otherwise.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StandaloneIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int JOBS = Integer.getInteger("mesh.jobs", 12);
    private static final Map<String, Object> RED_BALL =
            Map.of("prompt", "a red ball bounces over the sea", "model", "toybox", "seed", 42, "steps", 4);

    @TempDir
    static Path folder;

    private static JavaProcess mesh;
    private static JsonNode run;
    private static Api api;
    private static Command command;

    @BeforeAll
    static void start() throws Exception {
        long began = System.nanoTime();
        OneProcess standalone = OneProcess.start(folder, PATIENCE);
        mesh = standalone.process();
        run = standalone.run();
        api = standalone.api();
        command = new Command(folder);
        System.out.printf(
                "standalone ready after %.1f s with %d MiB%n",
                (System.nanoTime() - began) / 1e9, mesh.residentMebibytes());
    }

    @AfterAll
    static void stop() {
        if (mesh != null) mesh.close();
    }

    @Test
    @Order(1)
    void a_prompt_becomes_an_mp4() throws Exception {
        // When
        String id = api.create(RED_BALL).path("id").asText();
        api.await(id, PATIENCE, "completed");
        Path video = api.download(id, folder.resolve("mesh.mp4"));

        // Then
        VideoInfo info = VideoProbe.probe(video);
        assertThat(info.codec()).isEqualTo("h264");
        assertThat(List.of(info.width(), info.height())).containsExactly(64, 64);
        assertThat(info.frames()).isEqualTo(33);
        assertThat(info.seconds()).isEqualTo(33 / 8.0);
        assertThat(info.moovFirst()).isTrue();
        assertThat(mesh.residentMebibytes()).isLessThan(3 * 1024);
    }

    @Test
    @Order(2)
    void an_event_of_a_plain_producer_ends_in_a_completed_fact() throws Exception {
        // Given
        String job = JobId.next("video");
        String data = """
                {"type": "GenerationRequested", "version": 2, "job": "%s",
                 "prompt": "a blue ball", "model": "toybox", "seed": 7, "steps": 2}
                """.formatted(job);
        ProducerRecord<String, byte[]> event =
                new ProducerRecord<>(Topics.REQUESTS, data.getBytes(StandardCharsets.UTF_8));
        new CloudEvent(JobId.next("event"), "/test", CloudEvent.type("GenerationRequested"), null, Instant.now(), null)
                .headers()
                .forEach((name, value) -> event.headers().add(name, value));

        // When
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker(), "acks", "all"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(event).get();
        }

        // Then
        Fact completed =
                Facts.await(broker(), PATIENCE, fact -> fact.job().equals(job) && fact instanceof Fact.JobCompleted);
        assertThat(((Fact.JobCompleted) completed).video())
                .satisfies(video -> assertThat(video.key()).isEqualTo("jobs/" + job + "/video.mp4"));
        assertThat(api.get(job).path("status").asText()).isEqualTo("completed");
    }

    @Test
    @Order(3)
    void a_player_shows_the_first_part_while_the_next_is_made_and_in_the_end_the_very_frames_of_the_video()
            throws Exception {
        // Given
        String id = api.create(Map.of("prompt", "a red ball", "seconds", "8", "seed", 1, "steps", 25))
                .path("id")
                .asText();
        URI stream = api.base().resolve(api.awaitStream(id, PATIENCE));

        // When
        Api.Answer early = api.get(stream);
        int second = api.get(stream.resolve("stream/1-0.m4s")).status();
        String status = api.get(id).path("status").asText();
        List<String> shown = Player.frames(stream);

        // Then
        assertThat(early.text())
                .contains("EXT-X-PLAYLIST-TYPE:EVENT", "stream/0-0.m4s")
                .doesNotContain("stream/1-0.m4s", "EXT-X-ENDLIST");
        assertThat(second).isEqualTo(404);
        assertThat(status).isEqualTo("in_progress");
        api.await(id, PATIENCE, "completed");
        assertThat(shown)
                .hasSize(65)
                .isEqualTo(Player.frames(api.download(id, folder.resolve("streamed.mp4"))))
                .isEqualTo(Player.frames(stream));
        assertThat(api.get(stream).text()).startsWith(early.text()).endsWith("#EXT-X-ENDLIST\n");
    }

    @Test
    @Order(4)
    void what_the_gateway_refuses_the_command_says_in_its_words() throws Exception {
        // When
        Command.Outcome outcome = command.run(List.of(
                "generate", "a", "--extend", folder.resolve("mesh.mp4").toString(), "--frames", "6", "-o", "x.mp4"));

        // Then
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.output())
                .contains("zoetrope: --frames: expected 4 k with k from 1 to")
                .doesNotContain("\tat ");
    }

    @Test
    @Order(4)
    void a_command_that_is_stopped_cancels_its_video() throws Exception {
        // Given
        String before = api.newest();
        JavaProcess generate = command.start(List.of(
                "generate",
                "a red ball",
                "--steps",
                "200",
                "-o",
                folder.resolve("never.mp4").toString()));
        String id = api.awaitNewest(before, PATIENCE);

        // When
        // The signal of Ctrl-C is ignored in what a shell starts in the background, as it may have started this test.
        generate.process().destroy();
        generate.process().waitFor();

        // Then
        assertThat(generate.output()).contains("cancelled " + id);
        assertThat(api.get(id).at("/error/code").asText()).isEqualTo("cancelled");
        assertThat(folder.resolve("never.mp4")).doesNotExist();
    }

    @Test
    @Order(5)
    void queued_jobs_start_in_their_order_and_each_completes_once() throws Exception {
        // Given
        List<String> ids = new ArrayList<>();

        // When
        for (int i = 0; i < JOBS; i++) {
            ids.add(api.create(Map.of("prompt", "ball " + i, "model", "toybox", "seed", i, "steps", 2, "frames", 5))
                    .path("id")
                    .asText());
        }
        for (String id : ids) api.await(id, PATIENCE.plusSeconds(2L * JOBS), "completed");

        // Then
        List<Fact> facts = Facts.all(broker()).stream()
                .filter(fact -> ids.contains(fact.job()))
                .toList();
        Map<String, Long> completions = facts.stream()
                .filter(Fact.JobCompleted.class::isInstance)
                .collect(Collectors.groupingBy(Fact::job, Collectors.counting()));
        assertThat(completions).hasSize(JOBS).allSatisfy((job, count) -> assertThat(count)
                .isEqualTo(1));
        assertThat(facts.stream()
                        .filter(fact ->
                                fact instanceof Fact.StageStarted started && started.stage() == Stage.TEXT_ENCODING)
                        .sorted(java.util.Comparator.comparing(Fact::at))
                        .map(Fact::job))
                .containsExactlyElementsOf(ids);
    }

    @Test
    @Order(6)
    void a_kill_in_the_middle_of_a_job_costs_it_time_and_no_job_is_forgotten() throws Exception {
        // Given
        String before = api.create(RED_BALL).path("id").asText();
        api.await(before, PATIENCE, "completed");
        String during = api.create(Map.of("prompt", "a long one", "model", "toybox", "seed", 1, "steps", 200))
                .path("id")
                .asText();
        api.awaitStage(during, "denoising", PATIENCE);

        // When
        mesh.kill();
        mesh.close();
        start();

        // Then
        api.await(during, PATIENCE, "completed");
        assertThat(api.get(before).path("status").asText()).isEqualTo("completed");
        assertThat(VideoProbe.probe(api.download(before, folder.resolve("again.mp4")))
                        .frames())
                .isEqualTo(33);
    }

    @Test
    @Order(7)
    void a_stop_ends_in_time_and_removes_the_run_file() throws Exception {
        // When
        boolean ended = mesh.stop(Duration.ofSeconds(60));

        // Then
        assertThat(ended).isTrue();
        assertThat(folder.resolve("state/run.json")).doesNotExist();
    }

    private static String broker() {
        return run.path("kafka").asText();
    }
}
