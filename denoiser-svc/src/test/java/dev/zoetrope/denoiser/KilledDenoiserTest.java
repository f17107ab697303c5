package dev.zoetrope.denoiser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.artifacts.StoreSettings;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Part;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.embedded.EmbeddedKafka;
import dev.zoetrope.embedded.EmbeddedObjectStore;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that are really killed, a real broker, a real store, and the toybox model. */
class KilledDenoiserTest {
    private static final int STEPS = 24;
    private static final int CHECKPOINT_STEPS = 2;
    private static final int STEPS_BEFORE_KILL = 2;
    private static final int NEVER = 0;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Path MODELS = Path.of("..", "models");

    @TempDir
    Path folder;

    private final Map<Process, Path> logs = new LinkedHashMap<>();
    private EmbeddedKafka broker;
    private EmbeddedObjectStore store;
    private BucketArtifacts artifacts;
    private KafkaConsumer<String, byte[]> facts;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedKafka.start(folder.resolve("broker"));
        store = EmbeddedObjectStore.start(folder.resolve("store"));
        artifacts =
                BucketArtifacts.of(new StoreSettings(store.endpoint(), "zoetrope", "zoetrope", "zoetrope-on-loopback"));
        artifacts.ensureBucket();
        try (Admin admin = Admin.create(kafka())) {
            admin.createTopics(List.of(new NewTopic(Topics.JOBS, 1, (short) 1)))
                    .all()
                    .get();
        }
        facts = new KafkaConsumer<>(kafka(), new StringDeserializer(), new ByteArrayDeserializer());
        facts.assign(List.of(new TopicPartition(Topics.JOBS, 0)));
    }

    @AfterEach
    void stop() {
        logs.keySet().forEach(Process::destroyForcibly);
        facts.close();
        artifacts.close();
        store.close();
        broker.close();
    }

    @Test
    void a_denoiser_killed_eight_times_in_a_row_on_one_order_costs_time_and_not_the_result() throws Exception {
        // Given
        JobArtifacts jobArtifacts = embeddings();
        String unbroken = JobId.video();
        String broken = JobId.video();
        // When
        issue(unbroken, jobArtifacts);
        Process whole = denoiser(NEVER);
        factOf(unbroken, fact -> fact instanceof Fact.StageCompleted);
        whole.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        issue(broken, jobArtifacts);
        List<Integer> killedAfter = new ArrayList<>();
        for (int kill = 1; kill <= 8; kill++) {
            Process worker = denoiser(STEPS_BEFORE_KILL);
            killedAfter.add(heldAfter(worker));
            worker.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        denoiser(NEVER);
        factOf(broken, fact -> fact instanceof Fact.StageCompleted);
        // Then
        assertThat(latents(broken)).isEqualTo(latents(unbroken));
        assertThat(killedAfter.get(0)).isEqualTo(STEPS_BEFORE_KILL);
        for (int i = 1; i < killedAfter.size(); i++) {
            int begun = killedAfter.get(i) - STEPS_BEFORE_KILL;
            assertThat(begun).isGreaterThan(killedAfter.get(i - 1) - CHECKPOINT_STEPS);
        }
        assertThat(artifacts.find(ArtifactKeys.checkpoint(broken, 0))).isEmpty();
    }

    @Test
    void two_denoisers_share_a_queue_of_one_partition_and_one_that_hangs_holds_up_only_its_own_order()
            throws Exception {
        // Given
        JobArtifacts jobArtifacts = embeddings();
        List<String> jobs = Stream.generate(JobId::video).limit(6).toList();
        Process hanging = denoiser(STEPS_BEFORE_KILL);
        for (String job : jobs) issue(job, jobArtifacts);
        heldAfter(hanging);
        // When
        denoiser(NEVER);
        List<String> completed = new ArrayList<>();
        while (completed.size() < jobs.size() - 1) completed.add(nextCompleted());
        hanging.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        completed.add(nextCompleted());
        // Then
        assertThat(completed.subList(0, jobs.size() - 1)).isEqualTo(jobs.subList(1, jobs.size()));
        assertThat(completed.get(jobs.size() - 1)).isEqualTo(jobs.get(0));
    }

    private String nextCompleted() {
        return next(fact -> fact instanceof Fact.StageCompleted).job();
    }

    /** Waits until the process holds still in the middle of its work; returns how many steps of the order are done. */
    private int heldAfter(Process worker) throws Exception {
        Path log = logs.get(worker);
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < until && worker.isAlive()) {
            for (String line : Files.readAllLines(log)) {
                if (line.startsWith(DenoiserProcess.HELD)) {
                    return Integer.parseInt(line.substring(DenoiserProcess.HELD.length()));
                }
            }
            Thread.sleep(50);
        }
        throw new AssertionError(
                "expected a denoiser that works within " + PATIENCE + ", but it printed:\n" + Files.readString(log));
    }

    private Fact factOf(String job, Predicate<Fact> wanted) {
        return next(fact -> fact.job().equals(job) && wanted.test(fact));
    }

    private final List<Fact> unread = new ArrayList<>();

    private Fact next(Predicate<Fact> wanted) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < until) {
            while (!unread.isEmpty()) {
                Fact fact = unread.remove(0);
                assertThat(fact).isNotInstanceOf(Fact.JobFailed.class);
                if (wanted.test(fact)) return fact;
            }
            for (ConsumerRecord<String, byte[]> record : facts.poll(Duration.ofMillis(100))) {
                unread.add(Codec.FACTS.decode(record.value()));
            }
        }
        throw new AssertionError("expected a certain fact within " + PATIENCE + ", but none came");
    }

    private HostTensor latents(String job) {
        return artifacts
                .tensors(artifacts.require(ArtifactKeys.latents(job, 0)))
                .get("latents");
    }

    private JobArtifacts embeddings() {
        float[] values = new float[6 * 128];
        Random random = new Random(1);
        for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
        ArtifactRef ref = artifacts.putTensors(
                ArtifactKeys.embeddings("toybox", "a red ball"),
                new Safetensors(Map.of("embeddings", HostTensor.ofFloats(values, 6, 128))));
        return JobArtifacts.NOTHING.withSegment(0, s -> s.withEmbeddings(ref));
    }

    private void issue(String job, JobArtifacts jobArtifacts) throws Exception {
        JobSpec spec = new JobSpec(
                Task.Create.FROM_TEXT,
                "toybox",
                "a red ball",
                null,
                64,
                64,
                8,
                new SamplingSettings(STEPS, 1),
                "",
                7,
                List.of(),
                List.of(SegmentSpec.of(0, 0, "a red ball", 7, 17, new Start.Free(), new End.Free(), null)),
                Part.made(1),
                Set.of());
        Order order = Order.to(Stage.DENOISING, job, 0, spec, jobArtifacts, Instant.now());
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(kafka(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(order.stage().topic(), job, Codec.ORDERS.encode(order)))
                    .get();
        }
    }

    private Process denoiser(int stepsBeforeHold) throws Exception {
        Path log = folder.resolve("denoiser-" + logs.size() + ".log");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DenoiserProcess.class.getName(),
                        broker.bootstrapServers(),
                        store.endpoint().toString(),
                        MODELS.toString(),
                        Integer.toString(stepsBeforeHold))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        logs.put(process, log);
        return process;
    }

    private Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }
}
