package dev.zoetrope.standalone;

import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What any other system reads of the jobs. */
final class Facts {
    private Facts() {}

    /** All facts so far, in the order of each job. */
    static List<Fact> all(String broker) {
        try (KafkaConsumer<String, byte[]> consumer = consumer(broker)) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            List<Fact> facts = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> facts.add(Codec.FACTS.decode(record.value())));
            }
            return facts;
        }
    }

    /** Waits for a fact. */
    static Fact await(String broker, Duration patience, Predicate<Fact> wanted) {
        long until = System.nanoTime() + patience.toNanos();
        try (KafkaConsumer<String, byte[]> consumer = consumer(broker)) {
            while (System.nanoTime() < until) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    Fact fact = Codec.FACTS.decode(record.value());
                    if (wanted.test(fact)) return fact;
                }
            }
        }
        throw new AssertionError("the fact has not come after " + patience);
    }

    private static KafkaConsumer<String, byte[]> consumer(String broker) {
        KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker, "group.id", "test-" + UUID.randomUUID()),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.JOBS).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }
}
