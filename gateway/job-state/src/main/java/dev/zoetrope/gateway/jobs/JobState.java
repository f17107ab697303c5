package dev.zoetrope.gateway.jobs;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a job stands. From the last four it does not come back, but a job that has ended may be deleted. */
public enum JobState {
    QUEUED,
    IN_PROGRESS,
    COMPLETED,
    FAILED,
    CANCELLED,
    DELETED;

    /** Whether nothing more will be made. */
    public boolean ended() {
        return compareTo(COMPLETED) >= 0;
    }

    /** The name in snapshots and in lists. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
