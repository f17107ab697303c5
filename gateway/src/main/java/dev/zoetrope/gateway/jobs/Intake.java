package dev.zoetrope.gateway.jobs;

import dev.zoetrope.contracts.CloudEvent;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Control;
import dev.zoetrope.contracts.DeadLetter;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes orders and facts, durably: every call completes when all in-sync replicas have the record.
 *
 * <p><b>The order first, then the fact.</b> A gateway that dies between the two leaves an order whose job nobody was promised; the
 * other way round it would leave a promise without an order. A worker may therefore be quicker than the acceptance, and the board
 * takes a job's facts in any order.
 */
public final class Intake implements AutoCloseable {
    private static final String SOURCE = "/zoetrope/gateway";
    private static final int DELIVERY_TIMEOUT_MILLIS = 10_000;
    // For what stages gather about a segment on its way: some ten references of 250 bytes.
    private static final int ROOM_PER_SEGMENT = 4 << 10;
    private static final int ROOM_FOR_HEADERS = 64 << 10;

    private final Producer<String, byte[]> producer;

    // Not on the producer's own thread: a continuation that sends to a topic whose leader is not known yet would wait
    // there for
    // that very thread.
    private final ExecutorService continuations = Executors.newFixedThreadPool(4, Intake::daemon);

    /** A job whose messages no queue takes. Nothing of it was sent. */
    public static final class JobTooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;

        JobTooLarge(int segments, int most, int came) {
            super("expected prompts, each written once for every of its %d windows, of at most %d bytes in all, came %d"
                    .formatted(segments, most, came));
        }
    }

    /** @param kafka client settings, {@code bootstrap.servers} at least */
    public Intake(Map<String, Object> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // Two milliseconds gather what many clients send at once into one request to the broker.
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 2);
        settings.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(1).toMillis());
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS / 2);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.LARGEST_MESSAGE);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 4L * Topics.LARGEST_MESSAGE);
        producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /** Looks up who leads which topic, so that the first client need not wait for it. */
    public void warmUp() {
        Topics.all().forEach(producer::partitionsFor);
    }

    /**
     * Accepts a job.
     *
     * @return the job as it was accepted, once that is durable; exceptionally when the broker did not take it, and then no client
     *     was promised anything, or with {@link JobTooLarge}, and then nothing was sent
     */
    public CompletionStage<JobView> accept(
            String job, JobSpec spec, Fact.ClientRequest request, @Nullable String traceparent) {
        Instant now = now();
        Fact.JobAccepted accepted = new Fact.JobAccepted(job, now, spec, request);
        Order first = Order.first(job, spec, now);
        byte[] order = Codec.ORDERS.encode(first);
        byte[] fact = Codec.FACTS.encode(accepted);
        int segments = spec.segments().size();
        int most = Topics.LARGEST_MESSAGE - ROOM_FOR_HEADERS - segments * ROOM_PER_SEGMENT;
        int largest = Math.max(order.length, fact.length);
        if (largest > most) {
            return CompletableFuture.failedFuture(new JobTooLarge(segments, most, largest));
        }
        return order(first, order, traceparent)
                .thenCompose(sent -> fact(accepted, fact, traceparent))
                .thenApply(sent -> JobView.justAccepted(accepted));
    }

    /** Asks every worker to stop, then says that the job is cancelled. */
    public CompletionStage<Void> cancel(String job) {
        Instant now = now();
        Control.CancelRequested request = new Control.CancelRequested(job, now);
        return send(Topics.CONTROL, job, Codec.CONTROL.encode(request), CloudEvent.of(request, SOURCE, job, null))
                .thenCompose(sent -> fact(new Fact.JobCancelled(job, now), null));
    }

    /** Issues an order. */
    public CompletionStage<Void> order(Order order, @Nullable String traceparent) {
        return order(order, Codec.ORDERS.encode(order), traceparent);
    }

    private CompletionStage<Void> order(Order order, byte[] value, @Nullable String traceparent) {
        // No key: a queue is shared out by its group, and a key would tie a job to a partition.
        return send(order.stage().topic(), null, value, CloudEvent.of(order, SOURCE, order.job(), traceparent));
    }

    /** Says a fact. */
    public CompletionStage<Void> fact(Fact fact, @Nullable String traceparent) {
        return fact(fact, Codec.FACTS.encode(fact), traceparent);
    }

    private CompletionStage<Void> fact(Fact fact, byte[] value, @Nullable String traceparent) {
        return send(LogNames.FACTS, fact.job(), value, CloudEvent.of(fact, SOURCE, traceparent));
    }

    /** Puts away what could not be worked on. */
    public CompletionStage<Void> deadLetter(DeadLetter letter) {
        return send(
                Topics.DEAD_LETTERS,
                letter.job(),
                Codec.DEAD_LETTERS.encode(letter),
                CloudEvent.of(letter, SOURCE, letter.job(), null));
    }

    @Override
    public void close() {
        producer.close();
        continuations.shutdown();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "intake");
        thread.setDaemon(true);
        return thread;
    }

    private CompletionStage<Void> send(String topic, @Nullable String key, byte[] value, CloudEvent event) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, key, value);
        event.headers().forEach((name, content) -> record.headers().add(name, content));
        CompletableFuture<Void> sent = new CompletableFuture<>();
        try {
            producer.send(
                    record,
                    (metadata, failure) -> continuations.execute(() -> {
                        if (failure == null) {
                            sent.complete(null);
                        } else {
                            sent.completeExceptionally(failure);
                        }
                    }));
        } catch (KafkaException e) {
            sent.completeExceptionally(e);
        }
        return sent;
    }

    /** To the millisecond, as clients and other systems keep times. */
    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
