package dev.zoetrope.contracts;

import java.time.Instant;

/** A broadcast to every worker on {@link Topics#CONTROL}. */
public sealed interface Control extends Message {
    /** Stop work on the job at the next step; orders about it that are still to come are dropped. */
    record CancelRequested(String job, Instant at) implements Control {
        public CancelRequested {
            Require.that(JobId.isValid(job), "job", "a job id", job);
        }
    }
}
