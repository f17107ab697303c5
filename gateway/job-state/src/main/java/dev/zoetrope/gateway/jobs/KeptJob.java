package dev.zoetrope.gateway.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job on the board: either a view, or a snapshot that is read when somebody asks for it. Almost all jobs have ended, and of
 * those almost none is asked for again; to read every snapshot at the start would take longer than all else.
 */
public sealed interface KeptJob permits JobView, Snapshot {
    String id();

    JobState state();

    /** When it was accepted; null while that is not known. */
    @Nullable
    Instant acceptedAt();

    /** When something was last heard of it. */
    Instant lastFactAt();

    /** Of the facts topic. */
    int partition();

    /** Of its last fact. */
    long offset();

    /** All of it. */
    JobView view();

    /** Whether clients may see it. */
    default boolean isKnown() {
        return acceptedAt() != null && state() != JobState.DELETED;
    }
}
