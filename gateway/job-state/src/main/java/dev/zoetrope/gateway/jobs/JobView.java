package dev.zoetrope.gateway.jobs;

import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.Fact.JobAccepted;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job as its facts tell of it so far.
 *
 * @param accepted null while only later facts have come: a worker may be quicker than the acceptance's record
 * @param startedAt when the first worker began
 * @param ended the fact that ended it: completed, failed or cancelled; null before
 * @param settled the webhook endpoints that know of its end, or will not be told any more
 * @param lastFactAt when something was last heard of it
 * @param partition of the facts topic that has its facts
 * @param offset of the last fact in this
 */
public record JobView(
        String id,
        @Nullable JobAccepted accepted,
        JobState state,
        Progress progress,
        @Nullable Instant startedAt,
        @Nullable Fact ended,
        Set<String> settled,
        Instant lastFactAt,
        int partition,
        long offset)
        implements KeptJob {
    public JobView {
        settled = Set.copyOf(settled);
    }

    private static final int ALMOST = 99;

    /** A job as its acceptance leaves it, before the fact was read back. */
    public static JobView justAccepted(Fact.JobAccepted accepted) {
        return new JobView(
                accepted.job(), accepted, JobState.QUEUED, Progress.NONE, null, null, Set.of(), accepted.at(), -1, -1);
    }

    static JobView unheardOf(Fact fact) {
        return new JobView(fact.job(), null, JobState.QUEUED, Progress.NONE, null, null, Set.of(), fact.at(), -1, -1);
    }

    /** This after a fact that is not in it yet. */
    JobView after(Fact fact, int inPartition, long atOffset) {
        JobView next = fact.match(state.ended() ? new AfterEnd() : new BeforeEnd());
        return new JobView(
                id,
                next.accepted,
                next.state,
                next.progress,
                next.startedAt,
                next.ended,
                next.settled,
                fact.at().isAfter(lastFactAt) ? fact.at() : lastFactAt,
                inPartition,
                atOffset);
    }

    /** What a fact makes of a job that goes on. Whom a webhook has told says nothing of it. */
    private final class BeforeEnd implements Fact.Cases<JobView> {
        @Override
        public JobView jobAccepted(JobAccepted fact) {
            return accepted == null ? withAccepted(fact) : JobView.this;
        }

        @Override
        public JobView stageStarted(Fact.StageStarted fact) {
            Instant first = startedAt == null ? fact.at() : startedAt;
            return with(JobState.IN_PROGRESS, progress.started(fact), first, null);
        }

        @Override
        public JobView stageProgressed(Fact.StageProgressed fact) {
            return with(JobState.IN_PROGRESS, progress.progressed(fact, turn(fact.segment())), startedAt, null);
        }

        @Override
        public JobView stageCompleted(Fact.StageCompleted fact) {
            return with(JobState.IN_PROGRESS, progress.completed(fact, turn(fact.segment())), startedAt, null);
        }

        @Override
        public JobView jobCompleted(Fact.JobCompleted fact) {
            return with(JobState.COMPLETED, progress, startedAt, fact);
        }

        @Override
        public JobView jobFailed(Fact.JobFailed fact) {
            return with(JobState.FAILED, progress, startedAt, fact);
        }

        @Override
        public JobView jobCancelled(Fact.JobCancelled fact) {
            return with(JobState.CANCELLED, progress, startedAt, fact);
        }

        @Override
        public JobView jobDeleted(Fact.JobDeleted fact) {
            return with(JobState.DELETED, progress, startedAt, null);
        }

        @Override
        public JobView webhookSettled(Fact.WebhookSettled fact) {
            return JobView.this;
        }
    }

    /** The first end counts: what a worker says of a job that was cancelled meanwhile changes nothing. */
    private final class AfterEnd implements Fact.Cases<JobView> {
        @Override
        public JobView jobAccepted(JobAccepted fact) {
            return accepted == null ? withAccepted(fact) : JobView.this;
        }

        @Override
        public JobView stageStarted(Fact.StageStarted fact) {
            return JobView.this;
        }

        @Override
        public JobView stageProgressed(Fact.StageProgressed fact) {
            return JobView.this;
        }

        @Override
        public JobView stageCompleted(Fact.StageCompleted fact) {
            return JobView.this;
        }

        @Override
        public JobView jobCompleted(Fact.JobCompleted fact) {
            return JobView.this;
        }

        @Override
        public JobView jobFailed(Fact.JobFailed fact) {
            return JobView.this;
        }

        @Override
        public JobView jobCancelled(Fact.JobCancelled fact) {
            return JobView.this;
        }

        @Override
        public JobView jobDeleted(Fact.JobDeleted fact) {
            return with(JobState.DELETED, progress, startedAt, null);
        }

        @Override
        public JobView webhookSettled(Fact.WebhookSettled fact) {
            Set<String> endpoints = new HashSet<>(settled);
            endpoints.add(fact.endpoint());
            return new JobView(
                    id, accepted, state, progress, startedAt, ended, endpoints, lastFactAt, partition, offset);
        }
    }

    private int turn(int segment) {
        return accepted == null ? segment : spec().segment(segment).turn();
    }

    private JobView with(JobState to, Progress reached, @Nullable Instant began, @Nullable Fact end) {
        return new JobView(
                id,
                to == JobState.DELETED ? null : accepted,
                to,
                reached,
                began,
                end,
                settled,
                lastFactAt,
                partition,
                offset);
    }

    private JobView withAccepted(Fact.JobAccepted fact) {
        return new JobView(id, fact, state, progress, startedAt, ended, settled, lastFactAt, partition, offset);
    }

    @Override
    public @Nullable Instant acceptedAt() {
        return accepted == null ? null : accepted.at();
    }

    @Override
    public JobView view() {
        return this;
    }

    /**
     * What was accepted.
     *
     * @throws IllegalStateException unless {@link #isKnown}
     */
    public Fact.JobAccepted acceptance() {
        Fact.JobAccepted fact = accepted;
        if (fact == null) {
            throw new IllegalStateException("job " + id + " is not accepted");
        }
        return fact;
    }

    /** What it makes; as {@link #acceptance}. */
    public JobSpec spec() {
        return acceptance().spec();
    }

    /** Where it is now; null before the start and after the end. */
    public @Nullable Stage stage() {
        return state == JobState.IN_PROGRESS ? progress.stage() : null;
    }

    /** 0 to 100; 100 only of a completed job. */
    public int percent() {
        if (state == JobState.COMPLETED) {
            return 100;
        }
        return accepted == null
                ? 0
                : (int) Math.min(
                        ALMOST, 100 * progress.fraction(spec().segments().size()));
    }

    /** What is left by the pace so far; null when there is no pace yet. */
    public @Nullable Duration remaining(Instant now) {
        double done = accepted == null ? 0 : progress.fraction(spec().segments().size());
        if (state != JobState.IN_PROGRESS || startedAt == null || done < 0.03) {
            return null;
        }
        double spent = Math.max(0, Duration.between(startedAt, now).toMillis());
        return Duration.ofMillis((long) (spent * (1 - done) / done));
    }

    /** Whether a player can begin: the first part of its video, made or given, is in the store. */
    public boolean isPlayable() {
        if (accepted == null || spec().makesImage()) {
            return false;
        }
        return state == JobState.COMPLETED || (spec().beginsWithGiven() ? progress.read() : progress.encoded() > 0);
    }

    /** The end, when it went well. */
    public Fact.@Nullable JobCompleted completed() {
        return ended instanceof Fact.JobCompleted fact ? fact : null;
    }
}
