package dev.zoetrope.gateway.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.embedded.EmbeddedKafka;
import dev.zoetrope.messaging.MeshTopics;
import dev.zoetrope.messaging.TopicSettings;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectionTest {
    private static final Duration RETENTION = Duration.ofDays(7);

    /** One partition of facts: the test counts offsets. */
    private static final TopicSettings TOPICS = new SmallRyeConfigBuilder()
            .withMapping(TopicSettings.class)
            .withDefaultValue("zoetrope.topics.fact-partitions", "1")
            .build()
            .getConfigMapping(TopicSettings.class);

    @TempDir
    Path folder;

    private EmbeddedKafka broker;
    private Map<String, Object> kafka;
    private Admin admin;
    private Intake intake;
    private final List<AutoCloseable> replicas = new ArrayList<>();

    @BeforeEach
    void start() {
        broker = EmbeddedKafka.start(folder);
        kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
        admin = Admin.create(kafka);
        new MeshTopics(admin, TOPICS).ensure();
        intake = new Intake(kafka);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable replica : replicas) {
            replica.close();
        }
        intake.close();
        admin.close(Duration.ofSeconds(1));
        broker.close();
    }

    @Test
    void what_one_gateway_accepts_another_knows_at_once() throws Exception {
        // Given
        JobBoard other = new JobBoard();
        Freshness freshness = new Freshness(admin, projection(other), Duration.ofSeconds(20));

        // When
        int found = 0;
        for (int i = 0; i < 100; i++) {
            String job = JobId.video();
            intake.accept(job, Facts.spec(), Facts.request(), null)
                    .toCompletableFuture()
                    .get();
            freshness.now().toCompletableFuture().get();
            found += other.find(job).isPresent() ? 1 : 0;
        }

        // Then
        assertThat(found).isEqualTo(100);
    }

    @Test
    void a_gateway_that_has_only_just_started_waits_before_it_says_that_it_knows_no_such_job() throws Exception {
        // Given
        String job = accepted();
        JobBoard board = new JobBoard();
        Projection starting = new Projection(kafka, board, Duration.ofDays(1));
        replicas.add(starting);
        Freshness freshness = new Freshness(admin, starting, Duration.ofSeconds(20));

        // When
        CompletableFuture<Void> fresh = freshness.now().toCompletableFuture();
        starting.start();
        fresh.get();

        // Then
        assertThat(board.find(job)).isPresent();
    }

    @Test
    void a_restart_reads_snapshots_and_only_the_facts_after_them() throws Exception {
        // Given
        JobBoard before = new JobBoard();
        Projection projection = projection(before);
        PartitionOwner owner = owner(before, projection, List.of());
        String done = accepted();
        say(new Fact.JobCompleted(done, Instant.now(), video(done), null, null, null, 33, 4));
        String deleted = accepted();
        say(new Fact.JobDeleted(deleted, Instant.now()));
        eventually(() -> committed() >= 4);
        owner.close();
        String after = accepted();
        say(new Fact.StageStarted(after, Instant.now(), Stage.DENOISING, 0, 0, null));

        // When
        JobBoard restored = new JobBoard();
        projection(restored);

        // Then
        eventually(() -> restored.find(after).isPresent());
        assertThat(restored.find(done)).hasValueSatisfying(view -> {
            assertThat(view.state()).isEqualTo(JobState.COMPLETED);
            assertThat(view.completed().video()).isEqualTo(video(done));
            assertThat(view.acceptance().spec()).isEqualTo(Facts.spec());
        });
        assertThat(restored.find(deleted)).isEmpty();
        assertThat(restored.find(after).orElseThrow().state()).isEqualTo(JobState.IN_PROGRESS);
    }

    @Test
    void a_hundred_thousand_finished_jobs_are_restored_in_under_ten_seconds() throws Exception {
        // Given
        int jobs = 100_000;
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "linger.ms",
                        50,
                        "batch.size",
                        1 << 18,
                        "compression.type",
                        "gzip"),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < jobs; i++) {
                String job = JobId.video();
                for (Fact fact : List.of(
                        new Fact.JobAccepted(job, Instant.now(), Facts.spec(), Facts.request()),
                        new Fact.StageStarted(job, Instant.now(), Stage.DENOISING, 0, 0, null),
                        new Fact.JobCompleted(job, Instant.now(), video(job), null, null, null, 33, 4))) {
                    producer.send(new ProducerRecord<>(Topics.JOBS, job, Codec.FACTS.encode(fact)));
                }
            }
        }
        JobBoard first = new JobBoard();
        Projection projection = projection(first, Duration.ofSeconds(120));
        PartitionOwner owner = owner(first, projection, List.of());
        eventually(Duration.ofSeconds(120), () -> committed() == 3L * jobs);
        owner.close();

        // When
        JobBoard second = new JobBoard();
        long began = System.nanoTime();
        projection(second, Duration.ofSeconds(60));
        Duration taken = Duration.ofNanos(System.nanoTime() - began);

        // Then
        System.out.printf("restore of %d finished jobs: %.2f s%n", jobs, taken.toMillis() / 1e3);
        assertThat(second.size()).isEqualTo(jobs);
        assertThat(second.all()).allMatch(job -> job.state() == JobState.COMPLETED && job.isKnown());
        assertThat(taken).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void snapshots_of_another_release_are_made_anew_from_the_facts() throws Exception {
        // Given
        JobBoard before = new JobBoard();
        PartitionOwner owner = owner(before, projection(before), List.of());
        String done = accepted();
        say(new Fact.JobCompleted(done, Instant.now(), video(done), null, null, null, 33, 4));
        eventually(() -> committed() >= 2);
        owner.close();
        byte[] other = Snapshot.encode(before.find(done).orElseThrow());
        other[0] = 1;
        putView(done, other);

        // When
        JobBoard restored = new JobBoard();
        Projection projection = projection(restored);
        JobState state = restored.find(done).orElseThrow().state();
        owner(restored, projection, List.of());

        // Then
        assertThat(state).isEqualTo(JobState.COMPLETED);
        eventually(() -> restored.outdated().isEmpty());
        JobBoard last = new JobBoard();
        projection(last);
        assertThat(last.outdated()).isEmpty();
        assertThat(last.find(done)).map(JobView::state).contains(JobState.COMPLETED);
    }

    @Test
    void facts_of_a_later_release_change_nothing_and_are_said_once() throws Exception {
        // Given
        JobBoard board = new JobBoard();
        Projection projection = projection(board);
        String job = accepted();

        // When
        for (int i = 0; i < 5; i++) {
            putFact(job, "{\"type\":\"JobPaused\",\"version\":1,\"job\":\"" + job + "\"}");
        }
        say(new Fact.StageStarted(job, Instant.now(), Stage.DENOISING, 0, 0, null));
        eventually(() -> board.find(job).map(JobView::startedAt).isPresent());

        // Then
        assertThat(board.find(job)).map(JobView::state).contains(JobState.IN_PROGRESS);
        assertThat(projection.said()).singleElement().asString().contains("JobPaused");
    }

    private void putView(String job, byte[] bytes) throws Exception {
        put(new ProducerRecord<>(MeshTopics.JOB_VIEWS, job, bytes));
    }

    private void putFact(String job, String json) throws Exception {
        put(new ProducerRecord<>(Topics.JOBS, job, json.getBytes(StandardCharsets.UTF_8)));
    }

    private void put(ProducerRecord<String, byte[]> record) throws Exception {
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(record).get();
        }
    }

    @Test
    void a_job_whose_order_was_dropped_gets_another_and_one_that_waits_does_not() throws Exception {
        // Given
        JobBoard board = new JobBoard();
        Projection projection = projection(board);
        drinkFromTheStartOf(Stage.TEXT_ENCODING);
        String dropped = accepted();
        try (KafkaShareConsumer<String, byte[]> worker = worker(Stage.TEXT_ENCODING)) {
            take(worker, dropped, AcknowledgeType.REJECT);
        }
        String waiting = accepted();

        // When
        owner(board, projection, List.of(new Watchdog(admin, intake, Duration.ofMillis(700))));

        // Then
        try (KafkaShareConsumer<String, byte[]> worker = worker(Stage.TEXT_ENCODING)) {
            // The one that waits stands before every other order: until it is taken, nothing is known to be lost.
            assertThat(take(worker, waiting, AcknowledgeType.ACCEPT).attempt()).isZero();
            Order again = take(worker, dropped, AcknowledgeType.ACCEPT);
            assertThat(again.attempt()).isEqualTo(1);
            assertThat(again.spec()).isEqualTo(Facts.spec());
        }
    }

    private Order take(KafkaShareConsumer<String, byte[]> worker, String job, AcknowledgeType type) {
        Instant until = Instant.now().plusSeconds(60);
        while (Instant.now().isBefore(until)) {
            for (ConsumerRecord<String, byte[]> record : worker.poll(Duration.ofMillis(200))) {
                Order order = Codec.ORDERS.decode(record.value());
                boolean wanted = order.job().equals(job);
                worker.acknowledge(record, wanted ? type : AcknowledgeType.ACCEPT);
                worker.commitSync();
                if (wanted) {
                    say(new Fact.JobCancelled(order.attempt() > 0 ? job : JobId.video(), Instant.now()));
                    return order;
                }
            }
        }
        throw new AssertionError("no order of " + job);
    }

    private KafkaShareConsumer<String, byte[]> worker(Stage stage) {
        KafkaShareConsumer<String, byte[]> worker = new KafkaShareConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        stage.shareGroup(),
                        "share.acknowledgement.mode",
                        "explicit",
                        "max.poll.records",
                        1),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        worker.subscribe(List.of(stage.topic()));
        return worker;
    }

    private void drinkFromTheStartOf(Stage stage) throws Exception {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, stage.shareGroup());
        AlterConfigOp earliest =
                new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(group, List.of(earliest))).all().get(10, TimeUnit.SECONDS);
    }

    private String accepted() throws Exception {
        String job = JobId.video();
        intake.accept(job, Facts.spec(), Facts.request(), null)
                .toCompletableFuture()
                .get();
        return job;
    }

    private void say(Fact fact) {
        intake.send(fact, null).toCompletableFuture().join();
    }

    private long committed() {
        try {
            return admin
                    .listConsumerGroupOffsets(PartitionOwner.GROUP)
                    .partitionsToOffsetAndMetadata()
                    .get(10, TimeUnit.SECONDS)
                    .values()
                    .stream()
                    .mapToLong(offset -> offset.offset())
                    .sum();
        } catch (Exception e) {
            return 0;
        }
    }

    private Projection projection(JobBoard board) throws Exception {
        return projection(board, Duration.ofSeconds(30));
    }

    private Projection projection(JobBoard board, Duration limit) throws Exception {
        Projection projection = new Projection(kafka, board, RETENTION);
        replicas.add(projection);
        projection.start();
        assertThat(projection.awaitRestored(limit)).isTrue();
        return projection;
    }

    private PartitionOwner owner(JobBoard board, Projection projection, List<PartitionOwner.Duty> duties) {
        PartitionOwner owner = new PartitionOwner(kafka, board, projection, Duration.ofMillis(300), RETENTION, duties);
        replicas.add(0, owner);
        owner.start();
        return owner;
    }

    private static void eventually(Supplier<Boolean> condition) throws InterruptedException {
        eventually(Duration.ofSeconds(30), condition);
    }

    private static void eventually(Duration limit, Supplier<Boolean> condition) throws InterruptedException {
        Instant until = Instant.now().plus(limit);
        while (!condition.get()) {
            assertThat(Instant.now()).as("in time").isBefore(until);
            Thread.sleep(50);
        }
    }

    private static ArtifactRef video(String job) {
        return ArtifactRef.file("jobs/" + job + "/video.mp4", 1234, "ab".repeat(32));
    }
}
