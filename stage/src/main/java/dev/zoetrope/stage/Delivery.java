package dev.zoetrope.stage;

import dev.zoetrope.contracts.JobId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record as it came from a queue, before anything is known to be true of it.
 *
 * @param losses deliveries of this order, of earlier issues too, that ended without a word
 * @param failures how often the work on this order failed
 */
record Delivery(ConsumerRecord<String, byte[]> record, int count, int losses, int failures) {
    static final String LOSSES = "zoetrope-losses";
    static final String FAILURES = "zoetrope-failures";
    static final String TRACEPARENT = "traceparent";

    private static final Pattern JOB = Pattern.compile("[a-z]{2,16}_[0-7][0-9a-hjkmnp-tv-z]{25}");

    static Delivery of(ConsumerRecord<String, byte[]> record) {
        int count = record.deliveryCount().map(Short::intValue).orElse(1);
        return new Delivery(record, count, number(record, LOSSES) + count - 1, number(record, FAILURES));
    }

    byte @Nullable [] value() {
        return record.value();
    }

    @Nullable
    String header(String name) {
        return text(record, name);
    }

    /** The job that the record seems to be about, even if its value cannot be read. */
    Optional<String> job() {
        return Stream.of(record.key(), header("ce_subject"))
                .filter(id -> id != null && JobId.isValid(id))
                .findFirst()
                .or(this::jobInValue);
    }

    private Optional<String> jobInValue() {
        byte[] value = record.value();
        if (value == null) return Optional.empty();
        String text = new String(value, StandardCharsets.UTF_8);
        Matcher named =
                Pattern.compile("\"job\"\\s*:\\s*\"(" + JOB.pattern() + ")\"").matcher(text);
        return named.find() ? Optional.of(named.group(1)) : Optional.empty();
    }

    String place() {
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
