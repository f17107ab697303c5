package dev.zoetrope.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.zoetrope.codec.reading.VideoProbe;
import dev.zoetrope.codec.writing.ImageWriter;
import dev.zoetrope.embedded.EmbeddedKafka;
import dev.zoetrope.embedded.EmbeddedObjectStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The five services as five processes against a broker and a store outside of them, which here run in the test's JVM.
 *
 * <p>{@code -Dmesh.outage.seconds=60} keeps broker and store away for as long as that; 10 s otherwise.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FiveProcessesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(6);
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("mesh.outage.seconds", 10));
    private static final List<String> SERVICES =
            List.of("gateway", "text-encoder-svc", "denoiser-svc", "decoder-svc", "encoder-svc");

    @TempDir
    static Path folder;

    private static EmbeddedKafka kafka;
    private static EmbeddedObjectStore store;
    private static final List<JavaProcess> processes = new ArrayList<>();
    private static final Map<String, URI> addresses = new HashMap<>();
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        store = EmbeddedObjectStore.start(folder.resolve("objects"));
        for (String service : SERVICES) service(service, service);
        for (JavaProcess process : processes) process.ready(address(process), PATIENCE);
        api = new Api(addresses.get("gateway"));
    }

    @AfterAll
    static void stop() {
        processes.forEach(JavaProcess::close);
        if (store != null) store.close();
        if (kafka != null) kafka.close();
    }

    @Test
    @Order(1)
    void a_job_passes_through_five_processes() throws Exception {
        // When
        String id = create(4);
        api.await(id, PATIENCE, "completed");

        // Then
        assertThat(VideoProbe.probe(api.download(id, folder.resolve("video.mp4")))
                        .frames())
                .isEqualTo(33);
    }

    /** A child process of the gateway and of the encoder looks at uploads: with the class path of a packaged application. */
    @Test
    @Order(1)
    void what_is_uploaded_is_decoded_by_packaged_services() throws Exception {
        // Given
        byte[] picture = ImageWriter.png(GivenPictures.ball(64, 64, 0.4));
        byte[] phone = Files.readAllBytes(Path.of("../codec/src/test/resources/samples/phone.mp4"));

        // When
        String started = api.form(
                        "/v1/videos",
                        Map.of("prompt", "a red ball", "seconds", "1", "steps", 1, "input_reference", picture))
                .id();
        String extended = api.form(
                        "/v1/videos/extensions",
                        Map.of("prompt", "a red ball", "seconds", "1", "steps", 1, "video", phone))
                .id();

        // Then
        api.await(started, PATIENCE, "completed");
        api.await(extended, PATIENCE, "completed");
        Clip clip = Clip.of(api.download(started, folder.resolve("started.mp4")));
        assertThat(clip.length()).isEqualTo(9);
        assertThat(Clip.psnr(clip.frame(0), GivenPictures.ball(64, 64, 0.4).bytes()))
                .isGreaterThan(20);
        assertThat(VideoProbe.probe(api.download(extended, folder.resolve("extended.mp4")))
                        .frames())
                .isEqualTo(8 + 8);
    }

    @Test
    @Order(2)
    void a_store_that_is_away_costs_delay_only() throws Exception {
        // Given
        String id = create(60);
        api.awaitStage(id, "denoising", PATIENCE);

        // When
        store.close();
        Thread.sleep(OUTAGE.toMillis());
        store = EmbeddedObjectStore.start(folder.resolve("objects"), store.port(), store.credentials());

        // Then
        api.await(id, PATIENCE, "completed");
    }

    @Test
    @Order(3)
    void a_broker_that_is_away_costs_delay_only() throws Exception {
        // Given
        String id = create(60);
        api.awaitStage(id, "denoising", PATIENCE);

        // When
        kafka.close();
        Thread.sleep(OUTAGE.toMillis());
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), kafka.port());

        // Then
        api.await(id, PATIENCE, "completed");
    }

    @Test
    @Order(4)
    void a_killed_denoiser_costs_its_job_time_and_never_its_result() throws Exception {
        // Given
        JavaProcess first = processes.get(SERVICES.indexOf("denoiser-svc"));
        String id = create(200);
        api.awaitStage(id, "denoising", PATIENCE);
        JavaProcess second = service("denoiser-svc", "denoiser-2");

        // When
        first.kill();
        second.ready(address(second), PATIENCE);

        // Then
        api.await(id, PATIENCE, "completed");
        assertThat(VideoProbe.probe(api.download(id, folder.resolve("killed.mp4")))
                        .frames())
                .isEqualTo(33);
    }

    @Test
    @Order(5)
    void two_gateways_know_each_others_jobs_at_once_and_all_of_them_after_both_were_killed() throws Exception {
        // Given
        JavaProcess one = processes.get(SERVICES.indexOf("gateway"));
        JavaProcess other = gateway("gateway-2");
        Api there = new Api(addresses.get("gateway-2"));
        Map<String, JsonNode> posted = new LinkedHashMap<>();

        // When
        for (int i = 0; i < 60; i++) {
            Api from = i % 2 == 0 ? api : there;
            Api at = i % 2 == 0 ? there : api;
            String id = from.create(Map.of("prompt", "a red ball", "steps", 1, "frames", 5, "seed", i))
                    .path("id")
                    .asText();
            JsonNode found = at.get(id);
            assertThat(found.path("id").asText()).as("%s", found).isEqualTo(id);
            posted.put(id, found);
        }
        one.kill();
        other.kill();
        gateway("gateway-3");
        gateway("gateway-4");

        // Then
        for (String name : List.of("gateway-3", "gateway-4")) {
            Api again = new Api(addresses.get(name));
            for (Map.Entry<String, JsonNode> job : posted.entrySet()) {
                JsonNode found = again.get(job.getKey());
                assertThat(found.path("prompt"))
                        .as("%s", found)
                        .isEqualTo(job.getValue().path("prompt"));
                assertThat(found.path("seed")).isEqualTo(job.getValue().path("seed"));
            }
        }
        Api last = new Api(addresses.get("gateway-4"));
        for (String id : posted.keySet()) last.await(id, PATIENCE, "completed");
    }

    private static JavaProcess gateway(String name) throws Exception {
        JavaProcess process = service("gateway", name);
        return process.ready(address(process), PATIENCE);
    }

    private static String create(int steps) throws Exception {
        return api.create(Map.of("prompt", "a red ball", "model", "toybox", "seed", 1, "steps", steps))
                .path("id")
                .asText();
    }

    private static JavaProcess service(String module, String name) throws IOException {
        int port = JavaProcess.freePort();
        JavaProcess process = JavaProcess.application(
                name,
                Path.of("..", module, "target/quarkus-app/quarkus-run.jar"),
                folder,
                Map.of(
                        "QUARKUS_HTTP_HOST", "127.0.0.1",
                        "QUARKUS_HTTP_PORT", Integer.toString(port),
                        "KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
                        "ZOETROPE_STORE_ENDPOINT", store.endpoint().toString(),
                        "ZOETROPE_STORE_ACCESS_KEY", store.credentials().accessKey(),
                        "ZOETROPE_STORE_SECRET_KEY", store.credentials().secretKey(),
                        "ZOETROPE_MODELS_FOLDER",
                                Path.of("../models")
                                        .toAbsolutePath()
                                        .normalize()
                                        .toString()));
        processes.add(process);
        addresses.put(name, URI.create("http://127.0.0.1:" + port));
        return process;
    }

    private static URI address(JavaProcess process) {
        return addresses.get(process.name());
    }
}
