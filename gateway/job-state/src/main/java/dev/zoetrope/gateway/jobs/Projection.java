package dev.zoetrope.gateway.jobs;

import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.ContractException;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.messaging.ConsumerThread;
import dev.zoetrope.messaging.MeshTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the board up to date: reads the snapshots, then the facts after them, then each fact as it comes. All replicas read all
 * partitions, without a group's assignment. When the broker is away it waits and goes on.
 */
public final class Projection implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Projection.class);
    private static final int SAID_AT_MOST = 1_000;
    private static final Duration POLL = Duration.ofMillis(500);
    // So that a busy broker answers a few large fetches in place of one for each fact.
    private static final Duration GATHERING = Duration.ofMillis(5);
    private static final Duration LOOK_FOR_PARTITIONS = Duration.ofMinutes(1);

    private final Map<String, Object> kafka;
    private final JobBoard board;
    private final Duration retention;
    private final Watermarks watermarks = new Watermarks();
    private final CountDownLatch restored = new CountDownLatch(1);
    private final ConsumerThread thread;
    /** Why facts were skipped, each reason said once: a later release may write thousands of a kind. */
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    /**
     * @param kafka client settings, {@code bootstrap.servers} at least
     * @param retention how long jobs are known after their last fact
     */
    public Projection(Map<String, Object> kafka, JobBoard board, Duration retention) {
        this.kafka = Map.copyOf(kafka);
        this.board = board;
        this.retention = retention;
        this.thread = new ConsumerThread("facts-projection", settings("read_uncommitted"), this::follow);
    }

    /** Starts to read; returns at once. */
    public void start() {
        thread.start();
    }

    /** Whether everything that was there at the start is read. */
    public boolean isRestored() {
        return restored.getCount() == 0;
    }

    /** Waits for {@link #isRestored}; false when it took longer. */
    public boolean awaitRestored(Duration limit) throws InterruptedException {
        return restored.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Why facts were skipped, as the log says it: each reason once. */
    Set<String> said() {
        return Set.copyOf(said);
    }

    /** Up to where each partition is in the board. */
    Watermarks watermarks() {
        return watermarks;
    }

    @Override
    public void close() {
        thread.close();
    }

    private void follow(KafkaConsumer<String, byte[]> consumer) {
        long began = System.nanoTime();
        Map<TopicPartition, Long> from = watermarks.isEmpty() ? restoreViews(consumer) : watermarks.positions();
        consumer.assign(ConsumerThread.partitions(consumer, Topics.JOBS));
        consumer.assignment().forEach(partition -> seek(consumer, partition, from.get(partition)));
        watermarks.begin(
                consumer.assignment().stream().collect(Collectors.toMap(partition -> partition, consumer::position)));
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        Instant lookedForPartitions = Instant.now();
        while (!thread.isClosed()) {
            ConsumerRecords<String, byte[]> facts = consumer.poll(POLL);
            apply(facts);
            consumer.assignment().forEach(partition -> watermarks.reached(partition, consumer.position(partition)));
            if (!facts.isEmpty()) LockSupport.parkNanos(GATHERING.toNanos());
            if (!isRestored() && watermarks.include(ends)) {
                LOG.infof("Jobs restored: jobs=%d seconds=%.3f", board.size(), (System.nanoTime() - began) / 1e9);
                restored.countDown();
            }
            if (Instant.now().isAfter(lookedForPartitions.plus(LOOK_FOR_PARTITIONS))) {
                lookedForPartitions = Instant.now();
                takeNewPartitions(consumer);
                forgetWhatIsLongPast();
            }
        }
    }

    private Map<TopicPartition, Long> restoreViews(KafkaConsumer<String, byte[]> facts) {
        // Offsets first: snapshots written while the views are read only make the facts after those offsets
        // superfluous.
        Set<TopicPartition> partitions = Set.copyOf(ConsumerThread.partitions(facts, Topics.JOBS));
        Map<TopicPartition, Long> from = new HashMap<>();
        for (Map.Entry<TopicPartition, OffsetAndMetadata> entry :
                facts.committed(partitions).entrySet()) {
            if (entry.getValue() != null) {
                from.put(entry.getKey(), entry.getValue().offset());
            }
        }
        try (KafkaConsumer<String, byte[]> views = ConsumerThread.consumer(settings("read_committed"))) {
            readViews(views);
        }
        if (board.outdated().isEmpty()) {
            return from;
        }
        LOG.warnf(
                "Snapshots of another release are left out, and all facts are read again: jobs=%d",
                board.outdated().size());
        return Map.of();
    }

    private void readViews(KafkaConsumer<String, byte[]> consumer) {
        consumer.assign(ConsumerThread.partitions(consumer, MeshTopics.JOB_VIEWS));
        consumer.seekToBeginning(consumer.assignment());
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        Instant oldest = Instant.now().minus(retention);
        while (!thread.isClosed() && !isRead(consumer, ends)) {
            for (ConsumerRecord<String, byte[]> view : consumer.poll(POLL)) {
                takeView(view, oldest);
            }
        }
    }

    private static boolean isRead(KafkaConsumer<String, byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void takeView(ConsumerRecord<String, byte[]> record, Instant oldest) {
        if (record.value() == null) {
            board.outdated().remove(record.key());
            board.remove(record.key());
            return;
        }
        Optional<KeptJob> job = Snapshot.decode(record.key(), record.value());
        if (job.isEmpty()) {
            board.outdated().add(record.key());
        } else {
            board.outdated().remove(record.key());
        }
        job.filter(kept -> kept.lastFactAt().isAfter(oldest))
                .ifPresentOrElse(board::put, () -> board.remove(record.key()));
    }

    private void apply(ConsumerRecords<String, byte[]> records) {
        for (ConsumerRecord<String, byte[]> record : records) {
            try {
                board.apply(Codec.FACTS.decode(record.value()), record.partition(), record.offset());
            } catch (ContractException e) {
                String reason = String.valueOf(e.getMessage());
                if (said.size() < SAID_AT_MOST && said.add(reason)) {
                    LOG.warnf(
                            "A fact was not understood; all such are skipped: partition=%d offset=%d code=%s reason=%s",
                            record.partition(), record.offset(), e.code().code(), reason);
                }
            }
        }
    }

    /** A day later than the owner, who has to see them to take their snapshots back. */
    private void forgetWhatIsLongPast() {
        Instant oldest = Instant.now().minus(retention).minus(Duration.ofDays(1));
        board.all().stream().filter(job -> job.lastFactAt().isBefore(oldest)).forEach(job -> board.remove(job.id()));
    }

    private void takeNewPartitions(KafkaConsumer<String, byte[]> consumer) {
        List<TopicPartition> all = ConsumerThread.partitions(consumer, Topics.JOBS);
        Set<TopicPartition> known = Set.copyOf(consumer.assignment());
        if (all.size() > known.size()) {
            consumer.assign(all);
            all.stream()
                    .filter(partition -> !known.contains(partition))
                    .forEach(partition -> seek(consumer, partition, null));
        }
    }

    private static void seek(KafkaConsumer<?, ?> consumer, TopicPartition partition, @Nullable Long offset) {
        if (offset == null) {
            consumer.seekToBeginning(List.of(partition));
        } else {
            consumer.seek(partition, offset);
        }
    }

    private Map<String, Object> settings(String isolation) {
        return ConsumerThread.settings(
                kafka,
                Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        PartitionOwner.GROUP,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        isolation,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        5_000,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        8 << 20));
    }
}
