package dev.zoetrope.messaging;

import dev.zoetrope.contracts.JobId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * An order's record as it came from a queue, before anything is known to be true of it.
 *
 * @param count how often the broker has delivered this record, 1 at first
 * @param losses deliveries of this order, of earlier issues too, that ended without a word
 * @param failures how often the work on this order failed
 */
public record Delivery(ConsumerRecord<String, byte[]> record, int count, int losses, int failures) {
    static final String LOSSES = "zoetrope-losses";
    static final String FAILURES = "zoetrope-failures";
    public static final String TRACEPARENT = "traceparent";

    private static final Pattern JOB = Pattern.compile("\"job\"\\s*:\\s*\"([a-z0-9_]{1,64})\"");

    static Delivery of(ConsumerRecord<String, byte[]> record) {
        int count = record.deliveryCount().map(Short::intValue).orElse(1);
        return new Delivery(record, count, number(record, LOSSES) + count - 1, number(record, FAILURES));
    }

    public byte @Nullable [] value() {
        return record.value();
    }

    public @Nullable String header(String name) {
        return text(record, name);
    }

    /** The job that the record seems to be about, even if its value cannot be read. */
    public Optional<String> job() {
        return Stream.of(record.key(), header("ce_subject"))
                .filter(id -> id != null && JobId.isValid(id))
                .findFirst()
                .or(this::jobInValue);
    }

    private Optional<String> jobInValue() {
        byte[] value = record.value();
        if (value == null) return Optional.empty();
        String text = new String(value, StandardCharsets.UTF_8);
        return JOB.matcher(text)
                .results()
                .map(named -> named.group(1))
                .filter(JobId::isValid)
                .findFirst();
    }

    /** Where it stands, for people: topic, partition and offset. */
    public String place() {
        return record.topic() + "-" + record.partition() + "@" + record.offset();
    }

    private static int number(ConsumerRecord<?, ?> record, String name) {
        String text = text(record, name);
        return text == null || !text.matches("\\d{1,6}") ? 0 : Integer.parseInt(text);
    }

    private static @Nullable String text(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
