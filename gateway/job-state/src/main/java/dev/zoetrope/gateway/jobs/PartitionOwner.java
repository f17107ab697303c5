package dev.zoetrope.gateway.jobs;

import dev.zoetrope.contracts.Topics;
import dev.zoetrope.messaging.ConsumerThread;
import dev.zoetrope.messaging.MeshTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/**
 * Owns the partitions of the facts topic that the group deals to this replica. It reads no records through the group: the
 * group only says who the owner is.
 *
 * <p>Snapshots and the offset up to which they count are written in one transaction that carries the group's generation, so a
 * replica that lost the partition without noticing cannot put an older state over a newer one.
 */
public final class PartitionOwner implements AutoCloseable {
    /** Its members are the owners; its offsets say up to where the snapshots count. */
    static final String GROUP = "zoetrope.gateway";

    private static final Logger LOG = Logger.getLogger(PartitionOwner.class);
    private static final Duration HEARTBEAT = Duration.ofMillis(500);

    private final Map<String, Object> kafka;
    private final JobBoard board;
    private final Projection projection;
    private final Watermarks watermarks;
    private final Duration interval;
    private final Duration retention;
    private final Collection<Duty> duties;
    private final ConsumerThread thread;

    /** Something that one replica does for each partition. */
    public interface Duty {
        /** Called about twice a second with the jobs of the partitions that are this replica's. */
        void tend(Collection<KeptJob> jobs, Instant now);
    }

    /**
     * @param interval between snapshots
     * @param retention how long jobs are known after their last fact
     */
    public PartitionOwner(
            Map<String, Object> kafka,
            JobBoard board,
            Projection projection,
            Duration interval,
            Duration retention,
            Collection<Duty> duties) {
        this.kafka = Map.copyOf(kafka);
        this.board = board;
        this.projection = projection;
        this.watermarks = projection.watermarks();
        this.interval = interval;
        this.retention = retention;
        this.duties = List.copyOf(duties);
        Map<String, Object> member =
                Map.of(ConsumerConfig.GROUP_ID_CONFIG, GROUP, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        this.thread = new ConsumerThread("facts-owner", ConsumerThread.settings(kafka, member), this::serve);
    }

    /** Joins the group; returns at once. */
    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.close();
    }

    private void serve(KafkaConsumer<String, byte[]> consumer) {
        try (Producer<String, byte[]> producer = producer()) {
            producer.initTransactions();
            serve(consumer, producer);
        }
    }

    private void serve(KafkaConsumer<String, byte[]> consumer, Producer<String, byte[]> producer) {
        consumer.subscribe(List.of(Topics.JOBS), pausing(consumer));
        Instant due = Instant.now();
        while (!thread.isClosed()) {
            consumer.poll(HEARTBEAT);
            Set<TopicPartition> mine = upToDate(consumer);
            if (!Instant.now().isBefore(due)) {
                due = Instant.now().plus(interval);
                snapshot(mine, consumer, producer);
            }
            tend(mine);
        }
    }

    private static ConsumerRebalanceListener pausing(KafkaConsumer<?, ?> consumer) {
        return new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                consumer.pause(partitions);
            }
        };
    }

    /** Those of this replica's partitions of which its board has all that the snapshots have. */
    private Set<TopicPartition> upToDate(KafkaConsumer<?, ?> consumer) {
        Map<TopicPartition, Long> reached = watermarks.positions();
        return consumer.committed(consumer.assignment()).entrySet().stream()
                .filter(entry -> reached.containsKey(entry.getKey()))
                .filter(entry -> entry.getValue() == null
                        || reached.getOrDefault(entry.getKey(), 0L)
                                >= entry.getValue().offset())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private void snapshot(Set<TopicPartition> mine, KafkaConsumer<?, ?> consumer, Producer<String, byte[]> producer) {
        if (!board.outdated().isEmpty() && !projection.isRestored()) {
            return;
        }
        // The position first: a job that changes while it is copied is copied again next time.
        Map<TopicPartition, Long> reached = watermarks.positions();
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(mine);
        Map<TopicPartition, OffsetAndMetadata> upTo = new HashMap<>();
        for (TopicPartition partition : mine) {
            long from = committed.get(partition) == null
                    ? 0
                    : committed.get(partition).offset();
            if (reached.getOrDefault(partition, 0L) > from || !board.outdated().isEmpty()) {
                upTo.put(partition, new OffsetAndMetadata(reached.getOrDefault(partition, 0L)));
            }
        }
        if (upTo.isEmpty()) {
            return;
        }
        producer.beginTransaction();
        try {
            board.all().forEach(job -> write(job, upTo.keySet(), committed, producer));
            board.outdated().stream().filter(job -> !board.hasHeardOf(job)).forEach(job -> takeBack(job, producer));
            producer.sendOffsetsToTransaction(upTo, consumer.groupMetadata());
            producer.commitTransaction();
        } catch (KafkaException e) {
            abort(producer);
            throw e;
        }
        board.outdated().clear();
        forgetExpired(upTo.keySet());
    }

    private static void abort(Producer<?, ?> producer) {
        try {
            producer.abortTransaction();
        } catch (KafkaException e) {
            // A fenced producer cannot abort; it is closed, and the broker aborts for it.
            LOG.debugf(e, "The transaction was not abortable");
        }
    }

    private void write(
            KeptJob job,
            Set<TopicPartition> partitions,
            Map<TopicPartition, OffsetAndMetadata> committed,
            Producer<String, byte[]> producer) {
        TopicPartition partition = new TopicPartition(Topics.JOBS, job.partition());
        if (!partitions.contains(partition)) {
            return;
        }
        OffsetAndMetadata last = committed.get(partition);
        if (isExpired(job)) {
            takeBack(job.id(), producer);
        } else if (last == null
                || job.offset() >= last.offset()
                || board.outdated().contains(job.id())) {
            producer.send(new ProducerRecord<>(MeshTopics.JOB_VIEWS, job.id(), Snapshot.encode(job)));
        }
    }

    private static void takeBack(String job, Producer<String, byte[]> producer) {
        producer.send(new ProducerRecord<>(MeshTopics.JOB_VIEWS, job, null));
    }

    private void forgetExpired(Set<TopicPartition> partitions) {
        board.all().stream()
                .filter(job -> partitions.contains(new TopicPartition(Topics.JOBS, job.partition())))
                .filter(this::isExpired)
                .forEach(job -> board.remove(job.id()));
    }

    private boolean isExpired(KeptJob job) {
        return job.lastFactAt().plus(retention).isBefore(Instant.now());
    }

    private void tend(Set<TopicPartition> mine) {
        Set<Integer> partitions = mine.stream().map(TopicPartition::partition).collect(Collectors.toSet());
        List<KeptJob> jobs = board.all().stream()
                .filter(job -> partitions.contains(job.partition()))
                .toList();
        Instant now = Instant.now();
        for (Duty duty : duties) {
            try {
                duty.tend(jobs, now);
            } catch (RuntimeException e) {
                LOG.warnf(e, "A duty failed: duty=%s", duty.getClass().getSimpleName());
            }
        }
    }

    private Producer<String, byte[]> producer() {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, GROUP + "-" + UUID.randomUUID());
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 18);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.LARGEST_MESSAGE);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 4L * Topics.LARGEST_MESSAGE);
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }
}
