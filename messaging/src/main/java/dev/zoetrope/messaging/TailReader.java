package dev.zoetrope.messaging;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Reads all of a topic and then whatever comes, for this process alone. After an outage it begins anew at the first record, so what
 * it tells must do no harm when it is told twice.
 */
public final class TailReader implements AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final String topic;
    private final Consumer<ConsumerRecord<String, byte[]>> reader;
    private final ConsumerThread thread;

    /** @param reader told of each record, on the reading thread */
    public TailReader(
            String name, Map<String, Object> kafka, String topic, Consumer<ConsumerRecord<String, byte[]>> reader) {
        this.topic = topic;
        this.reader = reader;
        this.thread = new ConsumerThread(name, ConsumerThread.settings(kafka, Map.of()), this::follow);
    }

    /** Begins; returns at once. */
    public void start() {
        thread.start();
    }

    private void follow(KafkaConsumer<String, byte[]> consumer) {
        consumer.assign(ConsumerThread.partitions(consumer, topic));
        consumer.seekToBeginning(consumer.assignment());
        while (!thread.isClosed()) consumer.poll(IDLE).forEach(reader);
    }

    @Override
    public void close() {
        thread.close();
    }
}
