package dev.zoetrope.stage;

import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.ContractException;
import dev.zoetrope.contracts.Control;
import dev.zoetrope.contracts.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
 * Which jobs were cancelled: the broadcast on {@link Topics#CONTROL}, read by each process for itself and from its beginning, so
 * that an order which waited long in a queue is dropped too. Remembers a bounded number, the latest. Safe for use by several
 * threads.
 */
final class Cancellations implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Cancellations.class);
    private static final int REMEMBERED = 100_000;
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final Map<String, Object> kafka;
    private final Consumer<String> listener;
    private final Set<String> jobs = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    }));
    private final Thread thread = new Thread(this::run, "zoetrope-control");
    private volatile @Nullable KafkaConsumer<String, byte[]> reading;
    private volatile boolean closed;

    /** @param listener told of each job that is cancelled, on the reading thread */
    Cancellations(Map<String, Object> kafka, Consumer<String> listener) {
        this.kafka = new HashMap<>(kafka);
        this.listener = listener;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    boolean contains(String job) {
        return jobs.contains(job);
    }

    private void run() {
        while (!closed) {
            try (KafkaConsumer<String, byte[]> consumer =
                    new KafkaConsumer<>(kafka, new StringDeserializer(), new ByteArrayDeserializer())) {
                reading = consumer;
                follow(consumer);
            } catch (WakeupException e) {
                // Closed: the loop's condition ends it.
            } catch (KafkaException e) {
                log.atWarn().addKeyValue("cause", e.getMessage()).log("control topic could not be read, trying again");
                pause();
            } finally {
                reading = null;
            }
        }
    }

    private void follow(KafkaConsumer<String, byte[]> consumer) {
        Collection<TopicPartition> partitions = List.of();
        while (!closed && partitions.isEmpty()) {
            partitions = consumer.partitionsFor(Topics.CONTROL).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            if (partitions.isEmpty()) pause();
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        while (!closed) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(IDLE)) hear(record);
        }
    }

    private void hear(ConsumerRecord<String, byte[]> record) {
        try {
            if (Codec.CONTROL.decode(record.value()) instanceof Control.CancelRequested cancel) {
                jobs.add(cancel.job());
                listener.accept(cancel.job());
            }
        } catch (ContractException e) {
            log.atWarn()
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("cause", e.getMessage())
                    .log("control message was not understood");
        }
    }

    private static void pause() {
        try {
            Thread.sleep(IDLE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        KafkaConsumer<String, byte[]> consumer = reading;
        if (consumer != null) consumer.wakeup();
    }
}
