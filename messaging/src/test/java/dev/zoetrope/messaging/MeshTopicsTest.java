package dev.zoetrope.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.embedded.EmbeddedKafka;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshTopicsTest {
    private static final String LARGEST = Integer.toString(Topics.LARGEST_MESSAGE);
    private static final String WEEK = "604800000";

    @TempDir
    Path folder;

    private EmbeddedKafka broker;
    private Admin admin;

    @BeforeEach
    void start() {
        broker = EmbeddedKafka.start(folder);
        admin = Admin.create(kafka());
    }

    @AfterEach
    void stop() {
        admin.close(Duration.ofSeconds(1));
        broker.close();
    }

    @Test
    void services_that_start_at_once_make_every_topic_with_one_set_of_settings() throws Exception {
        // Given
        TopicSettings settings = settings("order-partitions", "2", "replication", "1");
        // When
        List<CompletableFuture<Void>> services = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            services.add(CompletableFuture.runAsync(() -> new MeshTopics(admin, settings).ensure()));
        }
        services.forEach(CompletableFuture::join);
        // Then
        eventually(() -> assertThat(topics()).isEqualTo(expected(2)));
    }

    @Test
    void what_a_client_s_library_made_before_becomes_what_the_mesh_needs() throws Exception {
        // Given
        for (String topic : names()) {
            try (KafkaConsumer<byte[], byte[]> early = new KafkaConsumer<>(
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", "early"),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer())) {
                early.partitionsFor(topic);
            }
        }
        // When
        new MeshTopics(admin, settings()).ensure();
        // Then
        eventually(() -> assertThat(topics()).isEqualTo(expected(1)));
    }

    @Test
    void nothing_is_changed_downwards() throws Exception {
        // Given
        Map<String, String> more = Map.of("max.message.bytes", "33554432", "retention.ms", "-1");
        admin.createTopics(names().stream()
                        .map(name -> new NewTopic(name, Optional.of(6), Optional.empty()).configs(more))
                        .toList())
                .all()
                .get();
        Map<String, String> before = topics();
        // When
        new MeshTopics(admin, settings()).ensure();
        // Then
        assertThat(topics()).isEqualTo(before);
    }

    @Test
    void an_operator_s_retention_stays_and_a_limit_that_is_too_low_is_raised() throws Exception {
        // Given
        Map<String, String> operators = Map.of("max.message.bytes", "1000", "retention.ms", "86400000");
        admin.createTopics(List.of(new NewTopic(Topics.REQUESTS, 1, (short) 1).configs(operators)))
                .all()
                .get();
        // When
        new MeshTopics(admin, settings()).ensure();
        // Then
        eventually(() -> assertThat(topics()).containsEntry(Topics.REQUESTS, "1 delete 86400000 " + LARGEST));
    }

    @Test
    void facts_that_are_there_stay_where_their_keys_put_them() throws Exception {
        // Given
        new MeshTopics(admin, settings("fact-partitions", "1")).ensure();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.JOBS, new byte[1], new byte[1]))
                    .get();
        }
        // When
        new MeshTopics(admin, settings("fact-partitions", "4", "order-partitions", "3")).ensure();
        // Then
        eventually(() -> assertThat(topics())
                .containsEntry(Topics.JOBS, "1 delete -1 " + LARGEST)
                .containsEntry(MeshTopics.JOB_VIEWS, "4 compact " + LARGEST)
                .containsEntry(Stage.DENOISING.topic(), "3 delete -1 " + LARGEST));
    }

    @Test
    void every_queue_s_group_begins_at_the_first_order() throws Exception {
        // When
        new MeshTopics(admin, settings()).ensure();
        // Then
        List<ConfigResource> groups = Arrays.stream(Stage.values())
                .map(stage -> new ConfigResource(ConfigResource.Type.GROUP, stage.shareGroup()))
                .distinct()
                .toList();
        eventually(() -> assertThat(admin.describeConfigs(groups).all().get().values())
                .extracting(config -> config.get("share.auto.offset.reset").value())
                .containsOnly("earliest"));
    }

    /** A broker hears of what its controller has changed a little later. */
    private static void eventually(ThrowingCallable check) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try {
                check.call();
                return;
            } catch (Throwable e) {
                if (System.nanoTime() > until) throw new AssertionError("not within 30 s", e);
                Thread.sleep(100);
            }
        }
    }

    private static List<String> names() {
        return Stream.concat(Topics.all().stream(), Stream.of(MeshTopics.JOB_VIEWS))
                .toList();
    }

    private static Map<String, String> expected(int orderPartitions) {
        Map<String, String> expected = new TreeMap<>();
        names().forEach(name -> expected.put(name, "1 delete -1 " + LARGEST));
        for (Stage stage : Stage.values()) {
            expected.put(stage.topic(), orderPartitions + " delete -1 " + LARGEST);
        }
        expected.put(Topics.JOBS, "4 delete -1 " + LARGEST);
        expected.put(MeshTopics.JOB_VIEWS, "4 compact " + LARGEST);
        expected.put(Topics.MODELS, "1 compact " + LARGEST);
        expected.put(Topics.CONTROL, "1 delete " + WEEK + " " + LARGEST);
        return expected;
    }

    /** Partitions, cleanup policy, retention unless it is compacted, and the largest message of each topic. */
    private Map<String, String> topics() throws Exception {
        Map<String, String> topics = new TreeMap<>();
        Map<ConfigResource, Config> configs = admin.describeConfigs(names().stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .all()
                .get();
        admin.describeTopics(names()).allTopicNames().get().forEach((name, topic) -> {
            Config config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, name));
            String cleanup = config.get("cleanup.policy").value();
            topics.put(
                    name,
                    topic.partitions().size() + " " + cleanup + " "
                            + (cleanup.equals("compact")
                                    ? ""
                                    : config.get("retention.ms").value() + " ")
                            + config.get("max.message.bytes").value());
        });
        return topics;
    }

    private static TopicSettings settings(String... namesAndValues) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().withMapping(TopicSettings.class);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.withDefaultValue("zoetrope.topics." + namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build().getConfigMapping(TopicSettings.class);
    }

    private Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }
}
