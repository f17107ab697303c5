package dev.zoetrope.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * One worker's hand in a queue: takes one record at a time, keeps its lock while it is held, settles it.
 *
 * <p>A record whose lock was lost will be delivered again, here or elsewhere; the queue is then done with and must be closed,
 * because its share session may still wait for an answer about that record. For one thread.
 */
public final class ShareQueue implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final KafkaShareConsumer<String, byte[]> consumer;
    private @Nullable ConsumerRecord<String, byte[]> held;

    private ShareQueue(KafkaShareConsumer<String, byte[]> consumer) {
        this.consumer = consumer;
    }

    /** Becomes a member of the group that shares the topics. */
    public static ShareQueue join(Map<String, Object> kafka, String group, Collection<String> topics) {
        KafkaShareConsumer<String, byte[]> consumer =
                new KafkaShareConsumer<>(settings(kafka, group), new StringDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(topics);
        return new ShareQueue(consumer);
    }

    /** Prefetching would lock orders that another worker could begin, so exactly one is acquired at a time. */
    private static Map<String, Object> settings(Map<String, Object> kafka, String group) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("group.id", group);
        settings.put("share.acknowledgement.mode", "explicit");
        settings.put("share.acquire.mode", "record_limit");
        settings.put("max.poll.records", 1);
        return settings;
    }

    /** Waits for a record and locks it. Nothing else may be held. */
    public Optional<Delivery> take(Duration timeout) {
        if (held != null) throw new IllegalStateException("a record is held already: " + place(held));
        for (ConsumerRecord<String, byte[]> record : consumer.poll(timeout)) {
            held = record;
        }
        return Optional.ofNullable(held).map(Delivery::of);
    }

    /** How long a lock lasts unless it is renewed. */
    public Duration lock() {
        return Duration.ofMillis(consumer.acquisitionLockTimeoutMs().orElse(30_000));
    }

    /** Extends the held record's lock; false says that it was lost. */
    public boolean renew() {
        ConsumerRecord<String, byte[]> record = holding();
        try {
            consumer.acknowledge(record, AcknowledgeType.RENEW);
            if (!committed()) return false;
            // A renewed record is handed out by the next poll once more, and only then can be acknowledged again.
            for (ConsumerRecord<String, byte[]> again : consumer.poll(ANSWER)) {
                if (again.offset() == record.offset() && again.partition() == record.partition()) return true;
            }
            return false;
        } catch (KafkaException | IllegalStateException e) {
            return false;
        }
    }

    /** Tells the broker that the held record is done with; false says that the lock was lost before. */
    public boolean accept() {
        ConsumerRecord<String, byte[]> record = holding();
        held = null;
        try {
            consumer.acknowledge(record, AcknowledgeType.ACCEPT);
            return committed();
        } catch (KafkaException | IllegalStateException e) {
            return false;
        }
    }

    private boolean committed() {
        Map<TopicIdPartition, Optional<KafkaException>> outcome = consumer.commitSync(ANSWER);
        return !outcome.isEmpty() && outcome.values().stream().allMatch(Optional::isEmpty);
    }

    private ConsumerRecord<String, byte[]> holding() {
        if (held == null) throw new IllegalStateException("no record is held");
        return held;
    }

    private static String place(ConsumerRecord<?, ?> record) {
        return record.topic() + "-" + record.partition() + "@" + record.offset();
    }

    /** Leaves the group. A record that is still held goes back to the queue. */
    @Override
    public void close() {
        consumer.close(FAREWELL);
    }
}
