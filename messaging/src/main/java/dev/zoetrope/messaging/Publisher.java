package dev.zoetrope.messaging;

import dev.zoetrope.contracts.CloudEvent;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Message;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes messages, durably ({@code acks=all}): {@link #write} returns when the broker has them, however long it is away; {@link
 * #send} answers at once, and its result fails where the broker stays away. Safe for use by several threads.
 */
public final class Publisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final KafkaProducer<String, byte[]> producer;
    private final String source;

    // Not on the producer's own thread: a continuation that sends to a topic whose leader is not known yet would wait
    // there for that very thread.
    private final ExecutorService continuations = Executors.newFixedThreadPool(4, Publisher::daemon);

    /**
     * @param kafka {@code bootstrap.servers} and whatever else the producer is to have
     * @param source who says it, {@code /zoetrope/denoiser-svc}
     */
    public Publisher(Map<String, Object> kafka, String source) {
        this.producer = new KafkaProducer<>(settings(kafka), new StringSerializer(), new ByteArraySerializer());
        this.source = source;
    }

    private static Map<String, Object> settings(Map<String, Object> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("max.request.size", Topics.LARGEST_MESSAGE);
        settings.put("buffer.memory", 4L * Topics.LARGEST_MESSAGE);
        settings.putIfAbsent("linger.ms", 0);
        settings.putIfAbsent("delivery.timeout.ms", 60_000);
        settings.putIfAbsent("request.timeout.ms", 15_000);
        return settings;
    }

    /** Looks up who leads which topic, so that the first message need not wait for it. */
    public void warmUp() {
        Topics.all().forEach(producer::partitionsFor);
    }

    /** The message as it is written: its key, its event as headers, its JSON. */
    public ProducerRecord<String, byte[]> record(Message message, @Nullable String traceparent) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(message.destination(), message.key(), Codec.write(message));
        CloudEvent.of(message, source, traceparent).headers().forEach(record.headers()::add);
        return record;
    }

    /** As {@link #record}, of an order that is issued again, with what became of its deliveries so far. */
    public ProducerRecord<String, byte[]> record(Order order, int losses, int failures, @Nullable String traceparent) {
        ProducerRecord<String, byte[]> record = record(order, traceparent);
        if (losses > 0) number(record, Delivery.LOSSES, losses);
        if (failures > 0) number(record, Delivery.FAILURES, failures);
        return record;
    }

    private static void number(ProducerRecord<?, ?> record, String name, int value) {
        record.headers().add(name, Integer.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends a message; completes, on a thread that may wait, when the broker has it. */
    public CompletableFuture<Void> send(Message message, @Nullable String traceparent) {
        return send(record(message, traceparent));
    }

    /** As {@link #send(Message, String)}. */
    public CompletableFuture<Void> send(ProducerRecord<String, byte[]> record) {
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

    /** Sends a message that a later one makes worthless; it may be lost. */
    public void sendPassing(Message message, @Nullable String traceparent) {
        var unused = producer.send(record(message, traceparent));
    }

    /** Writes a message and returns when the broker has it. */
    public void write(Message message, @Nullable String traceparent) {
        write(List.of(record(message, traceparent)));
    }

    /** Writes records, in this order and in one round trip, and returns when the broker has all of them. */
    public void write(List<ProducerRecord<String, byte[]>> records) {
        List<ProducerRecord<String, byte[]>> left = records;
        while (!left.isEmpty()) {
            left = refused(left);
        }
    }

    /** Writes records and returns those that the broker did not take for now. */
    private List<ProducerRecord<String, byte[]>> refused(List<ProducerRecord<String, byte[]>> records) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (ProducerRecord<String, byte[]> record : records) {
            sent.add(producer.send(record));
        }
        List<ProducerRecord<String, byte[]>> refused = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            try {
                await(sent.get(i));
            } catch (RetriableException e) {
                log.atWarn()
                        .addKeyValue("topic", records.get(i).topic())
                        .addKeyValue("cause", e.getMessage())
                        .log("broker did not take a record, trying again");
                refused.add(records.get(i));
            }
        }
        return refused;
    }

    private static void await(Future<RecordMetadata> sent) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    sent.get();
                    return;
                } catch (InterruptedException e) {
                    // An order half handed on would be worse than a slow end.
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException cause) throw cause;
                    throw new IllegalStateException("a record could not be written", e.getCause());
                }
            }
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "zoetrope-publisher");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        producer.close(FAREWELL);
        continuations.shutdown();
    }
}
