package dev.zoetrope.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {
    @TempDir
    Path folder;

    @Test
    void a_share_group_gets_each_record_once() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
            // Given
            readFromTheStart(kafka, "workers");
            produce(kafka, "orders", "one", "two", "three");

            // When
            List<String> received = acknowledge(kafka, "orders", "workers", 3);

            // Then
            assertThat(received).containsExactly("one", "two", "three");
        }
    }

    @Test
    void a_restart_on_another_port_keeps_records_and_what_was_acknowledged() throws Exception {
        // Given
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
            readFromTheStart(kafka, "workers");
            produce(kafka, "orders", "one", "two");
            acknowledge(kafka, "orders", "workers", 2);
            produce(kafka, "orders", "three");
        }

        // When
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
            List<String> received = acknowledge(kafka, "orders", "workers", 1);

            // Then
            assertThat(received).containsExactly("three");
        }
    }

    @Test
    void a_taken_port_is_named() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            // When
            assertThatThrownBy(() -> EmbeddedKafka.start(folder, taken.getLocalPort()))
                    // Then
                    .isInstanceOf(EmbeddedStartException.class)
                    .hasMessageContaining("expected port " + taken.getLocalPort() + " free for the Kafka broker");
        }
    }

    @Test
    void a_folder_in_use_by_another_broker_is_refused() {
        // Given
        try (EmbeddedKafka first = EmbeddedKafka.start(folder)) {
            // When
            assertThatThrownBy(() -> EmbeddedKafka.start(folder))
                    // Then
                    .isInstanceOf(EmbeddedStartException.class)
                    .hasMessageContaining("another one holds its lock");
            assertThat(first.port()).isPositive();
        }
    }

    @Test
    void a_file_in_the_place_of_the_folder_is_refused() throws Exception {
        // Given
        Path file = Files.writeString(folder.resolve("file"), "not a folder");

        // When
        assertThatThrownBy(() -> EmbeddedKafka.start(file))
                // Then
                .isInstanceOf(EmbeddedStartException.class)
                .hasMessageContaining("expected a folder to write to");
    }

    private static void produce(EmbeddedKafka kafka, String topic, String... values) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"),
                new StringSerializer(),
                new StringSerializer())) {
            for (String value : values)
                producer.send(new ProducerRecord<>(topic, value)).get();
        }
    }

    private static List<String> acknowledge(EmbeddedKafka kafka, String topic, String group, int count) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "group.id",
                group,
                "share.acknowledgement.mode",
                "explicit"));
        List<String> values = new ArrayList<>();
        try (KafkaShareConsumer<String, String> consumer =
                new KafkaShareConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            Instant deadline = Instant.now().plusSeconds(30);
            while (values.size() < count && Instant.now().isBefore(deadline)) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    values.add(record.value());
                    consumer.acknowledge(record, AcknowledgeType.ACCEPT);
                });
                consumer.commitSync();
            }
        }
        return values;
    }

    private static void readFromTheStart(EmbeddedKafka kafka, String group) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.GROUP, group),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }
}
