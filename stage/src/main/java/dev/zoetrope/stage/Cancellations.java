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
 * Of which jobs nothing more is to be made: they were cancelled, or have failed in one place. The broadcast on {@link
 * Topics#CONTROL} is read by each process for itself and from its beginning, so that an order which waited long in a queue is
 * dropped too. Remembers a bounded number, the latest. Safe for use by several
 * threads.
 */
final class Cancellations implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Cancellations.class);
    private static final int REMEMBERED = 100_000;
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final Map<String, Object> kafka;
    private final Consumer<String> listener;
    /** Jobs of which nothing more is to be made, and whether that is still to be told. */
    private final Map<String, Boolean> jobs = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    private final Thread thread = new Thread(this::run, "zoetrope-control");
    private volatile @Nullable KafkaConsumer<String, byte[]> reading;
    private volatile boolean closed;

    /** @param listener told of each such job, on the reading thread */
    Cancellations(Map<String, Object> kafka, Consumer<String> listener) {
        this.kafka = new HashMap<>(kafka);
        this.listener = listener;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Whether nothing more is to be made of the job. */
    boolean contains(String job) {
        return jobs.containsKey(job);
    }

    /** Whether the job was cancelled; one that has failed has been told of. */
    boolean isToBeTold(String job) {
        return jobs.getOrDefault(job, false);
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
            Control control = Codec.CONTROL.decode(record.value());
            if (control instanceof Control.CancelRequested cancel) {
                end(cancel.job(), true);
            } else if (control instanceof Control.WorkDropped dropped) {
                end(dropped.job(), false);
            }
        } catch (ContractException e) {
            log.atWarn()
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("cause", e.getMessage())
                    .log("control message was not understood");
        }
    }

    private void end(String job, boolean toBeTold) {
        jobs.merge(job, toBeTold, Boolean::logicalAnd);
        listener.accept(job);
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
