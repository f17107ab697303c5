package dev.zoetrope.stage;

import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.artifacts.StoreSettings;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.CloudEvent;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Control;
import dev.zoetrope.contracts.DeadLetter;
import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Message;
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
import dev.zoetrope.messaging.TopicSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** A broker and the runtimes of a test, and what a test asks of them. */
final class Mesh implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    OpenTelemetry telemetry = OpenTelemetry.noop();

    private final Path folder;
    private EmbeddedKafka broker;
    private final int port;
    private final KafkaProducer<String, byte[]> producer;
    private final List<StageRuntime> runtimes = new CopyOnWriteArrayList<>();

    Mesh(Path folder) {
        this.folder = folder;
        this.broker = EmbeddedKafka.start(folder.resolve("broker"));
        this.port = broker.port();
        this.producer = new KafkaProducer<>(kafka(), new StringSerializer(), new ByteArraySerializer());
    }

    Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    /** A process of its own as far as the broker can tell, ready to take orders when this returns. */
    StageRuntime start(StageWork<?> work, String... settings) throws InterruptedException {
        return start(StageLane.of(work), settings);
    }

    StageRuntime start(StageLane lane, String... settings) throws InterruptedException {
        StageRuntime runtime =
                new StageRuntime(List.of(lane), kafka(), settings(settings), topics(), metrics, telemetry, "test-svc");
        runtimes.add(runtime);
        runtime.start();
        if (!runtime.awaitStart(PATIENCE)) throw new AssertionError("the runtime did not start");
        return runtime;
    }

    static StageSettings settings(String... namesAndValues) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withMapping(StageSettings.class)
                .withDefaultValue("zoetrope.stage.retry-delay", "PT0.02S");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.withDefaultValue("zoetrope.stage." + namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build().getConfigMapping(StageSettings.class);
    }

    /** With the facts of different jobs in the order in which they were said. */
    private static TopicSettings topics() {
        return new SmallRyeConfigBuilder()
                .withMapping(TopicSettings.class)
                .withDefaultValue("zoetrope.topics.fact-partitions", "1")
                .build()
                .getConfigMapping(TopicSettings.class);
    }

    static BucketArtifacts artifacts(EmbeddedObjectStore store) {
        return BucketArtifacts.of(new StoreSettings(
                store.endpoint(),
                "zoetrope",
                store.credentials().accessKey(),
                store.credentials().secretKey()));
    }

    void stopBroker() {
        broker.close();
    }

    void startBroker() {
        broker = EmbeddedKafka.start(folder.resolve("broker"), port);
    }

    static JobSpec spec(int segments) {
        List<SegmentSpec> windows = new ArrayList<>();
        for (int i = 0; i < segments; i++)
            windows.add(SegmentSpec.of(i, i, "a red ball", i, 17, new Start.Free(), new End.Free(), null));
        return new JobSpec(
                Task.Create.FROM_TEXT,
                "toybox",
                "a red ball",
                null,
                64,
                64,
                16,
                new SamplingSettings(20, 4),
                "",
                1,
                List.of(),
                windows,
                Part.made(segments),
                Set.of());
    }

    static Order order(Stage stage) {
        return Order.to(stage, JobId.video(), 0, spec(1), JobArtifacts.NOTHING, Instant.now());
    }

    /** Issues an order as another stage would. */
    Order issue(Order order) throws Exception {
        send(record(order, null));
        return order;
    }

    void issue(Order order, String traceparent) throws Exception {
        send(record(order, traceparent));
    }

    void issueRaw(Stage stage, @Nullable String key, String value) throws Exception {
        send(new ProducerRecord<>(stage.topic(), key, value.getBytes(StandardCharsets.UTF_8)));
    }

    void cancel(String job) throws Exception {
        Control.CancelRequested cancel = new Control.CancelRequested(job, Instant.now());
        send(record(cancel, null));
    }

    private static ProducerRecord<String, byte[]> record(Message message, @Nullable String traceparent) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(message.destination(), message.key(), Codec.write(message));
        CloudEvent.of(message, "/zoetrope/test", traceparent).headers().forEach(record.headers()::add);
        return record;
    }

    private void send(ProducerRecord<String, byte[]> record) throws Exception {
        producer.send(record).get();
    }

    /** The facts so far, once there is one such. */
    List<Fact> factsUntil(Predicate<Fact> last) {
        List<Fact> facts = new ArrayList<>();
        recordsUntil(Topics.JOBS, record -> {
            Fact fact = Codec.FACTS.decode(record.value());
            facts.add(fact);
            return last.test(fact);
        });
        return facts;
    }

    List<DeadLetter> deadLetters(int number) {
        List<DeadLetter> letters = new ArrayList<>();
        recordsUntil(Topics.DEAD_LETTERS, record -> {
            letters.add(Codec.DEAD_LETTERS.decode(record.value()));
            return letters.size() == number;
        });
        return letters;
    }

    /** All records of the topic up to one that fits. */
    List<ConsumerRecord<String, byte[]>> recordsUntil(String topic, Predicate<ConsumerRecord<String, byte[]>> last) {
        List<ConsumerRecord<String, byte[]>> seen = new ArrayList<>();
        long until = System.nanoTime() + PATIENCE.toNanos();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(kafka(), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (System.nanoTime() < until) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    seen.add(record);
                    if (last.test(record)) return seen;
                }
            }
        }
        throw new AssertionError("expected a certain record on " + topic + " within " + PATIENCE + ", but these came: "
                + seen.stream()
                        .map(r -> new String(r.value(), StandardCharsets.UTF_8))
                        .toList());
    }

    static ArtifactRef ref(String key) {
        return ArtifactRef.file(key, 1, "0".repeat(64));
    }

    @Override
    public void close() {
        runtimes.forEach(StageRuntime::close);
        producer.close(Duration.ofSeconds(1));
        broker.close();
    }
}
