package dev.zoetrope.contracts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is written to a topic: its JSON as the record's value, with {@code type} and {@code version} beside the fields,
 * and a {@link CloudEvent} as the record's headers.
 */
public sealed interface Message extends Contract
        permits Order, Fact, Control, ModelOffered, GenerationRequested, DeadLetter {
    /** The message's name: that of its record. */
    default String type() {
        return getClass().getSimpleName();
    }

    /** The topic that it is written to. */
    String destination();

    /** The record's key, which holds messages about one thing in order; null where any partition will do. */
    default @Nullable String key() {
        return subject();
    }

    /** What it is about: the job most often; null for nothing in particular. */
    @Nullable
    String subject();

    /** The event's id, unique within the source: a new one at each call, unless the message has an id of its own. */
    default String eventId() {
        return JobId.next("event");
    }

    /** When it happened. */
    default Instant happenedAt() {
        return Instant.now();
    }
}
