package dev.zoetrope.gateway.jobs;

import dev.zoetrope.contracts.Control;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Message;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.messaging.Publisher;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
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

    private final Publisher publisher;

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
        // Two milliseconds gather what many clients send at once into one request to the broker.
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 2);
        settings.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(1).toMillis());
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS / 2);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
        publisher = new Publisher(settings, SOURCE);
    }

    /** Looks up who leads which topic, so that the first client need not wait for it. */
    public void warmUp() {
        publisher.warmUp();
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
        ProducerRecord<String, byte[]> order = publisher.record(Order.first(job, spec, now), traceparent);
        ProducerRecord<String, byte[]> fact = publisher.record(accepted, traceparent);
        int segments = spec.segments().size();
        int most = Topics.LARGEST_MESSAGE - ROOM_FOR_HEADERS - segments * ROOM_PER_SEGMENT;
        int largest = Math.max(order.value().length, fact.value().length);
        if (largest > most) {
            return CompletableFuture.failedFuture(new JobTooLarge(segments, most, largest));
        }
        return publisher
                .send(order)
                .thenCompose(sent -> publisher.send(fact))
                .thenApply(sent -> JobView.justAccepted(accepted));
    }

    /** Asks every worker to stop, then says that the job is cancelled. */
    public CompletionStage<Void> cancel(String job) {
        Instant now = now();
        return publisher
                .send(new Control.CancelRequested(job, now), null)
                .thenCompose(sent -> publisher.send(new Fact.JobCancelled(job, now), null));
    }

    /** Writes one message: an order again, a fact, a dead letter. */
    public CompletionStage<Void> send(Message message, @Nullable String traceparent) {
        return publisher.send(message, traceparent);
    }

    @Override
    public void close() {
        publisher.close();
    }

    /** To the millisecond, as clients and other systems keep times. */
    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
