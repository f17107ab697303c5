package dev.zoetrope.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the mesh adds to the work itself: for each job the time from its acceptance to its completion, less the seconds that its
 * stages worked, as its facts tell. One job at a time, so nothing waits for another job.
 */
@Command(
        name = "mesh",
        description = "Overhead of a running mesh: ./zoetrope up, then this.",
        mixinStandardHelpOptions = true)
final class MeshBench implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--run-file",
            defaultValue = ".zoetrope/run.json",
            description = "Of the running mesh (default: ${DEFAULT-VALUE}).")
    Path runFile = Path.of(".zoetrope/run.json");

    @Option(names = "--jobs", defaultValue = "20", description = "How many (default: ${DEFAULT-VALUE}).")
    int jobs = 20;

    @Option(names = "--model", defaultValue = "toybox", description = "Of which model (default: ${DEFAULT-VALUE}).")
    String model = "toybox";

    private final HttpClient http = HttpClient.newHttpClient();

    @Override
    public Integer call() throws Exception {
        if (!Files.isRegularFile(runFile)) {
            System.err.println("no mesh runs here, " + runFile + " is not there; start one with ./zoetrope up");
            return 1;
        }
        JsonNode run = JSON.readTree(runFile.toFile());
        URI gateway = URI.create(run.path("gateway").asText());
        Map<String, Timing> timings = new HashMap<>();
        // The first job pays for what is loaded once.
        complete(gateway, -1);
        for (int i = 0; i < jobs; i++) timings.put(complete(gateway, i), new Timing());
        read(run.path("kafka").asText(), timings);
        print(timings.values());
        return 0;
    }

    private String complete(URI gateway, int seed) throws IOException, InterruptedException {
        String wish = JSON.writeValueAsString(
                Map.of("prompt", "a red ball bounces over the sea", "model", model, "seed", seed + 1));
        JsonNode video = JSON.readTree(http.send(
                        HttpRequest.newBuilder(gateway.resolve("/v1/videos"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(wish))
                                .build(),
                        BodyHandlers.ofByteArray())
                .body());
        String id = video.path("id").asText();
        while (!video.path("status").asText().equals("completed")) {
            if (id.isEmpty() || video.path("status").asText().equals("failed")) {
                throw new IllegalStateException("expected a completed job, but " + video + " came");
            }
            Thread.sleep(100);
            URI address = gateway.resolve("/v1/videos/" + id);
            video = JSON.readTree(http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofByteArray())
                    .body());
        }
        return id;
    }

    /** What the facts of one job tell. */
    private static final class Timing {
        private long acceptedAt;
        private long completedAt;
        private double work;

        void add(Fact fact) {
            if (fact instanceof Fact.JobAccepted) acceptedAt = fact.at().toEpochMilli();
            if (fact instanceof Fact.JobCompleted) completedAt = fact.at().toEpochMilli();
            if (fact instanceof Fact.StageCompleted stage) work += stage.seconds() * 1e3;
        }

        double wall() {
            return completedAt - acceptedAt;
        }
    }

    private static void read(String broker, Map<String, Timing> timings) {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.JOBS).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Set<String> open = new HashSet<>(timings.keySet());
            while (!open.isEmpty()) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    Fact fact = Codec.FACTS.decode(record.value());
                    Timing timing = timings.get(fact.job());
                    if (timing == null) return;
                    timing.add(fact);
                    if (fact instanceof Fact.JobCompleted) open.remove(fact.job());
                });
            }
        }
    }

    private static void print(Collection<Timing> timings) {
        List<Double> overheads = new ArrayList<>();
        List<Double> walls = new ArrayList<>();
        for (Timing timing : timings) {
            overheads.add(timing.wall() - timing.work);
            walls.add(timing.wall());
        }
        overheads.sort(null);
        walls.sort(null);
        System.out.printf(
                Locale.ROOT,
                "{\"jobs\": %d, \"wall_ms_median\": %.0f, \"overhead_ms_median\": %.0f, \"overhead_ms_max\": %.0f}%n",
                overheads.size(),
                walls.get(walls.size() / 2),
                overheads.get(overheads.size() / 2),
                overheads.get(overheads.size() - 1));
    }
}
