package dev.zoetrope.contracts;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a CloudEvents 1.0 event, which on Kafka in binary mode are the record's headers; the record's value is the
 * data. Follows the CloudEvents Kafka protocol binding §3.2.
 *
 * @param id unique within the source
 * @param source who says it, a URI reference such as {@code /zoetrope/gateway}
 * @param type {@code dev.zoetrope.JobAccepted.v1}
 * @param subject what it is about, the job most often; null for nothing in particular
 * @param time when it happened
 * @param traceparent the W3C trace that it belongs to; null when it belongs to none
 */
public record CloudEvent(
        String id,
        String source,
        String type,
        @Nullable String subject,
        @Nullable Instant time,
        @Nullable String traceparent) {
    private static final String SPEC_VERSION = "1.0";
    private static final String TYPE_PREFIX = "dev.zoetrope.";
    private static final String JSON = "application/json";
    private static final String CONTENT_TYPE = "content-type";
    private static final String TRACEPARENT = "traceparent";

    public CloudEvent {
        Require.that(!id.isBlank(), "ce_id", "an id", id);
        Require.that(isUriReference(source), "ce_source", "a URI reference", source);
        Require.that(!type.isBlank(), "ce_type", "a type", type);
    }

    /** The event of a message. */
    public static CloudEvent of(Message message, String source, @Nullable String traceparent) {
        return new CloudEvent(
                message.eventId(), source, type(message), message.subject(), message.happenedAt(), traceparent);
    }

    /** The event type of a message, {@code dev.zoetrope.JobAccepted.v1}. */
    public static String type(Message message) {
        return type(message.type());
    }

    /** The event type of a message's name. */
    public static String type(String message) {
        return TYPE_PREFIX + message + ".v" + Codec.version(message);
    }

    /** The record's headers. */
    public Map<String, byte[]> headers() {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        put(headers, "ce_specversion", SPEC_VERSION);
        put(headers, "ce_id", id);
        put(headers, "ce_source", source);
        put(headers, "ce_type", type);
        put(headers, "ce_subject", subject);
        put(headers, "ce_time", time == null ? null : time.toString());
        put(headers, "ce_" + TRACEPARENT, traceparent);
        put(headers, TRACEPARENT, traceparent);
        put(headers, CONTENT_TYPE, JSON);
        return headers;
    }

    /**
     * Reads an event's headers back.
     *
     * @throws ContractException with {@link ProblemCode#INVALID_REQUEST} when one is missing or malformed, or the data is no JSON
     */
    public static CloudEvent parse(Map<String, byte[]> headers) {
        require(headers, "ce_specversion", SPEC_VERSION);
        String contentType = text(headers, CONTENT_TYPE);
        if (contentType != null && !contentType.split(";", 2)[0].trim().equalsIgnoreCase(JSON)) {
            throw invalid(CONTENT_TYPE, JSON, contentType);
        }
        String traceparent = text(headers, "ce_" + TRACEPARENT);
        try {
            return new CloudEvent(
                    required(headers, "ce_id"),
                    required(headers, "ce_source"),
                    required(headers, "ce_type"),
                    text(headers, "ce_subject"),
                    time(text(headers, "ce_time")),
                    traceparent == null ? text(headers, TRACEPARENT) : traceparent);
        } catch (IllegalArgumentException e) {
            throw new ContractException(ProblemCode.INVALID_REQUEST, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Checks that the event is of this message's type and version.
     *
     * @throws ContractException with {@link ProblemCode#UNSUPPORTED_VERSION} when only the version differs, else with {@link
     *     ProblemCode#INVALID_REQUEST}
     */
    public void requireType(String message) {
        String expected = type(message);
        if (!type.equals(expected)) {
            boolean otherVersion = type.startsWith(TYPE_PREFIX + message + ".v");
            throw new ContractException(
                    otherVersion ? ProblemCode.UNSUPPORTED_VERSION : ProblemCode.INVALID_REQUEST,
                    "ce_type: expected %s, came %s".formatted(expected, type));
        }
    }

    private static void require(Map<String, byte[]> headers, String name, String expected) {
        String came = required(headers, name);
        if (!came.equals(expected)) {
            throw invalid(name, expected, came);
        }
    }

    private static String required(Map<String, byte[]> headers, String name) {
        String value = text(headers, name);
        if (value == null) {
            throw invalid(name, "a header", "none");
        }
        return value;
    }

    private static @Nullable String text(Map<String, byte[]> headers, String name) {
        byte[] value = headers.get(name);
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    private static @Nullable Instant time(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new ContractException(
                    ProblemCode.INVALID_REQUEST, "ce_time: expected an RFC 3339 time, came " + text, e);
        }
    }

    private static void put(Map<String, byte[]> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.put(name, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static boolean isUriReference(String text) {
        try {
            new URI(text);
            return !text.isEmpty();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static ContractException invalid(String name, String expected, String came) {
        return new ContractException(
                ProblemCode.INVALID_REQUEST, "%s: expected %s, came %s".formatted(name, expected, came));
    }
}
