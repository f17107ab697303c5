package dev.zoetrope.contracts;

import java.time.Instant;

/** A broadcast to every worker on {@link Topics#CONTROL}: nothing more is to be made of a job. */
public sealed interface Control extends Message {
    /** The job that it is about. */
    String job();

    /** Whether the job is cancelled by it, which the worker that drops its work says as {@link Fact.JobCancelled}. */
    boolean cancels();

    @Override
    default String destination() {
        return Topics.CONTROL;
    }

    @Override
    default String subject() {
        return job();
    }

    /** Stop work on the job at the next step; orders about it that are still to come are dropped. */
    record CancelRequested(String job, Instant at) implements Control {
        public CancelRequested {
            Require.that(JobId.isValid(job), "job", "a job id", job);
        }

        @Override
        public boolean cancels() {
            return true;
        }
    }

    /** The job has failed in one place: what is left of it elsewhere is dropped, and nothing more is told about it. */
    record WorkDropped(String job, Instant at) implements Control {
        public WorkDropped {
            Require.that(JobId.isValid(job), "job", "a job id", job);
        }

        @Override
        public boolean cancels() {
            return false;
        }
    }
}
