package dev.zoetrope.stage;

import dev.zoetrope.contracts.CloudEvent;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Control;
import dev.zoetrope.contracts.DeadLetter;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes orders, facts and dead letters. What must not be lost is durable ({@code acks=all}) when its method returns, however
 * long the broker is away. Safe for use by several threads.
 */
final class Publisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final KafkaProducer<String, byte[]> producer;
    private final String source;

    /** @param source who says it, {@code /zoetrope/denoiser-svc} */
    Publisher(Map<String, Object> kafka, String source) {
        this.producer = new KafkaProducer<>(settings(kafka), new StringSerializer(), new ByteArraySerializer());
        this.source = source;
    }

    private static Map<String, Object> settings(Map<String, Object> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.putIfAbsent("linger.ms", 0);
        settings.putIfAbsent("max.request.size", Topics.LARGEST_MESSAGE);
        settings.putIfAbsent("delivery.timeout.ms", 60_000);
        settings.putIfAbsent("request.timeout.ms", 15_000);
        return settings;
    }

    /** Issues an order. */
    void order(Order order, int losses, int failures, @Nullable String traceparent) {
        durably(List.of(record(order, losses, failures, traceparent)));
    }

    /** Issues first orders to the stages that follow and tells what happened, in this order and in one round trip. */
    void handOn(List<Order> orders, List<Fact> facts, @Nullable String traceparent) {
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        orders.forEach(order -> records.add(record(order, 0, 0, traceparent)));
        facts.forEach(fact -> records.add(record(fact, traceparent)));
        durably(records);
    }

    private static ProducerRecord<String, byte[]> record(
            Order order, int losses, int failures, @Nullable String traceparent) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(order.stage().topic(), order.job(), Codec.ORDERS.encode(order));
        if (losses > 0) header(record, Delivery.LOSSES, Integer.toString(losses));
        if (failures > 0) header(record, Delivery.FAILURES, Integer.toString(failures));
        if (traceparent != null) header(record, Delivery.TRACEPARENT, traceparent);
        return record;
    }

    /** Tells a fact. */
    void fact(Fact fact, @Nullable String traceparent) {
        durably(List.of(record(fact, traceparent)));
    }

    /** Tells a fact that a later one makes worthless; it may be lost. */
    void passingFact(Fact fact, @Nullable String traceparent) {
        var unused = producer.send(record(fact, traceparent));
    }

    private ProducerRecord<String, byte[]> record(Fact fact, @Nullable String traceparent) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(Topics.JOBS, fact.job(), Codec.FACTS.encode(fact));
        CloudEvent.of(fact, source, traceparent).headers().forEach(record.headers()::add);
        return record;
    }

    /** Tells every worker. */
    void control(Control control, @Nullable String traceparent) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(Topics.CONTROL, control.job(), Codec.CONTROL.encode(control));
        CloudEvent.of(control, source, control.job(), traceparent).headers().forEach(record.headers()::add);
        durably(List.of(record));
    }

    /** Offers a model to whoever plans jobs. */
    void offer(ModelOffered offer) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(Topics.MODELS, offer.name(), Codec.MODELS.encode(offer));
        CloudEvent.of(offer, source, null, null).headers().forEach(record.headers()::add);
        durably(List.of(record));
    }

    /** Keeps what could not be worked on, with the reason. */
    void deadLetter(DeadLetter letter, @Nullable String traceparent) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(Topics.DEAD_LETTERS, letter.job(), Codec.DEAD_LETTERS.encode(letter));
        CloudEvent.of(letter, source, letter.job(), traceparent).headers().forEach(record.headers()::add);
        header(record, "zoetrope-code", letter.code().code());
        header(record, "zoetrope-reason", letter.message());
        durably(List.of(record));
    }

    private void durably(List<ProducerRecord<String, byte[]>> records) {
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

    private static void header(ProducerRecord<?, ?> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        producer.close(FAREWELL);
    }
}
