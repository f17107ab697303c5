package dev.zoetrope.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.embedded.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShareQueueTest {
    private static final Duration SOON = Duration.ofSeconds(15);

    @TempDir
    static Path folder;

    private static EmbeddedKafka broker;

    @BeforeAll
    static void start() {
        broker = EmbeddedKafka.start(folder);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void a_renewed_record_stays_with_its_worker_past_the_end_of_its_first_lock() throws Exception {
        // Given
        produce("renewed", "an order");
        lockFor("renewed-group", Duration.ofSeconds(15));
        try (ShareQueue queue = ShareQueue.join(kafka(), "renewed-group", List.of("renewed"));
                ShareQueue other = ShareQueue.join(kafka(), "renewed-group", List.of("renewed"))) {
            Delivery record = take(queue);
            // When
            for (int second = 0; second < 20; second += 4) {
                assertThat(other.take(Duration.ofSeconds(4))).isEmpty();
                assertThat(queue.renew()).isTrue();
            }
            // Then
            assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo("an order");
            assertThat(queue.accept()).isTrue();
            assertThat(other.take(Duration.ofSeconds(1))).isEmpty();
        }
    }

    @Test
    void a_record_that_its_worker_left_without_a_word_is_delivered_again_with_a_higher_count() throws Exception {
        // Given
        produce("left", "an order");
        lockFor("left-group", Duration.ofSeconds(15));
        ShareQueue dying = ShareQueue.join(kafka(), "left-group", List.of("left"));
        assertThat(take(dying).count()).isEqualTo(1);
        // When
        dying.close();
        // Then
        try (ShareQueue queue = ShareQueue.join(kafka(), "left-group", List.of("left"))) {
            assertThat(take(queue).count()).isEqualTo(2);
            assertThat(queue.accept()).isTrue();
        }
    }

    @Test
    void a_second_record_is_not_locked_while_the_first_is_held() throws Exception {
        // Given
        produce("one", "first");
        produce("one", "second");
        lockFor("one-group", Duration.ofSeconds(15));
        try (ShareQueue queue = ShareQueue.join(kafka(), "one-group", List.of("one"))) {
            take(queue);
            // When
            try (ShareQueue other = ShareQueue.join(kafka(), "one-group", List.of("one"))) {
                // Then
                assertThat(new String(take(other).value(), StandardCharsets.UTF_8))
                        .isEqualTo("second");
                assertThat(other.accept()).isTrue();
            }
            assertThat(queue.renew()).isTrue();
            assertThat(queue.accept()).isTrue();
        }
    }

    private static Delivery take(ShareQueue queue) {
        long until = System.nanoTime() + SOON.toNanos();
        while (System.nanoTime() < until) {
            Optional<Delivery> record = queue.take(Duration.ofSeconds(1));
            if (record.isPresent()) return record.get();
        }
        throw new AssertionError("expected a record within " + SOON + ", but none came");
    }

    private static void produce(String topic, String value) throws Exception {
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(kafka(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    private static void lockFor(String group, Duration lock) throws Exception {
        try (Admin admin = Admin.create(kafka())) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.GROUP, group),
                            List.of(
                                    set("share.auto.offset.reset", "earliest"),
                                    set("share.record.lock.duration.ms", Long.toString(lock.toMillis())))))
                    .all()
                    .get();
        }
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }

    private static Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }
}
