package dev.zoetrope.contracts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message that could not be worked on, kept for people with the reason.
 *
 * @param topic where it stood
 * @param partition where it stood
 * @param offset where it stood
 * @param deliveryCount how often it was delivered; null where that is not counted
 * @param job the job that it belongs to; null when it was not readable so far
 * @param message what was expected and what came
 * @param payload the message's bytes in Base64
 */
public record DeadLetter(
        Instant at,
        String topic,
        int partition,
        long offset,
        @Nullable Integer deliveryCount,
        @Nullable String job,
        ProblemCode code,
        String message,
        String payload)
        implements Message {
    @Override
    public String destination() {
        return Topics.DEAD_LETTERS;
    }

    @Override
    public @Nullable String subject() {
        return job;
    }
}
