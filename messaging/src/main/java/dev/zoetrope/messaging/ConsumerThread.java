package dev.zoetrope.messaging;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer and the thread that it is for: made anew, after a pause, when the broker's answers fail its work, until it is closed.
 */
public final class ConsumerThread implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConsumerThread.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    /** What is done with the consumer: polls until {@link #isClosed}. */
    public interface Work {
        void run(KafkaConsumer<String, byte[]> consumer);
    }

    private final Map<String, Object> settings;
    private final Work work;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable KafkaConsumer<String, byte[]> open;

    /**
     * @param name the thread's
     * @param settings the consumer's, as {@link #settings} makes them
     */
    public ConsumerThread(String name, Map<String, Object> settings, Work work) {
        this.settings = Map.copyOf(settings);
        this.work = work;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /**
     * Settings of a consumer that commits nothing by itself, begins at the start of what it knows no offset of, and makes no topic:
     * {@link MeshTopics} does.
     */
    public static Map<String, Object> settings(Map<String, Object> kafka, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("allow.auto.create.topics", false);
        settings.putAll(more);
        return settings;
    }

    /** A consumer with those settings. */
    public static KafkaConsumer<String, byte[]> consumer(Map<String, Object> settings) {
        return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * The topic's partitions.
     *
     * @throws KafkaException when there are none yet
     */
    public static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) throw new KafkaException("the topic " + topic + " has no partitions yet");
        return partitions;
    }

    /** Begins; returns at once. */
    public void start() {
        thread.start();
    }

    public boolean isClosed() {
        return closed;
    }

    private void run() {
        while (!closed) {
            try (KafkaConsumer<String, byte[]> consumer = consumer(settings)) {
                open = consumer;
                work.run(consumer);
            } catch (WakeupException e) {
                // Closed: the loop's condition ends it.
            } catch (KafkaException e) {
                log.atWarn()
                        .addKeyValue("thread", thread.getName())
                        .addKeyValue("cause", e.toString())
                        .log("broker could not be read, trying again");
                pause();
            } finally {
                open = null;
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the work at its next poll, and waits for that. */
    @Override
    public void close() {
        closed = true;
        KafkaConsumer<String, byte[]> consumer = open;
        if (consumer != null) consumer.wakeup();
        try {
            thread.join(FAREWELL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
