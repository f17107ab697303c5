package dev.zoetrope.contracts;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that has happened to a job. Keyed by job on {@link Topics#JOBS}, so the facts of one job are read in order. */
public sealed interface Fact extends Message {
    /** The job that it is about. */
    String job();

    /** When it happened. */
    Instant at();

    /** What the cases say of this fact. */
    <R> R match(Cases<R> cases);

    /** An answer for each fact. */
    interface Cases<R> {
        R jobAccepted(JobAccepted fact);

        R stageStarted(StageStarted fact);

        R stageProgressed(StageProgressed fact);

        R stageCompleted(StageCompleted fact);

        R jobCompleted(JobCompleted fact);

        R jobFailed(JobFailed fact);

        R jobCancelled(JobCancelled fact);

        R jobDeleted(JobDeleted fact);

        R webhookSettled(WebhookSettled fact);
    }

    @Override
    default String destination() {
        return Topics.JOBS;
    }

    @Override
    default String subject() {
        return job();
    }

    @Override
    default Instant happenedAt() {
        return at();
    }

    /**
     * The job's first order is durable: the job will end completed, failed or cancelled.
     *
     * @param spec what it makes
     * @param request what the client said that the spec does not keep
     */
    record JobAccepted(String job, Instant at, JobSpec spec, ClientRequest request) implements Fact {
        public JobAccepted {
            requireJob(job);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.jobAccepted(this);
        }
    }

    /**
     * What the client said about a job, for answers and webhooks; no stage needs it.
     *
     * @param seconds the video's length as the client reads it, {@code "4"}; of an extension the stitched total
     * @param remixedFrom the job that this one is a remix of
     * @param owner a digest of the key that posted it; null where the gateway asks for no keys
     * @param webhook where to tell that the job has ended
     * @param externalId the id of the event that asked for it, on {@link Topics#REQUESTS}; null for a call of the API
     * @param traceparent the W3C trace of the whole job; null where nothing traces
     * @param framesDropped frames at the given video's end that an edit leaves out, since the model makes only some counts; null of
     *     what is no edit
     */
    record ClientRequest(
            String seconds,
            @Nullable String remixedFrom,
            @Nullable String owner,
            @Nullable Webhook webhook,
            @Nullable String externalId,
            @Nullable String traceparent,
            @Nullable Integer framesDropped)
            implements Contract {}

    /**
     * Where to tell that a job has ended.
     *
     * @param url an https address
     * @param secretId the endpoint whose secret signs it; null for none
     */
    record Webhook(String url, @Nullable String secretId) implements Contract {}

    /**
     * A worker has begun.
     *
     * @param attempt of its order
     * @param worker who: host and process, for people
     */
    record StageStarted(
            String job,
            Instant at,
            Stage stage,
            int segment,
            int attempt,
            @Nullable String worker) implements Fact {
        public StageStarted {
            requireJob(job);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.stageStarted(this);
        }
    }

    /**
     * A worker got on.
     *
     * @param step steps done
     * @param steps of how many
     * @param preview a picture of what is there so far; null for none
     */
    record StageProgressed(
            String job,
            Instant at,
            Stage stage,
            int segment,
            int step,
            int steps,
            @Nullable ArtifactRef preview) implements Fact {
        public StageProgressed {
            requireJob(job);
            Require.that(steps >= 1, "steps", "at least 1", steps);
            Require.that(step >= 0 && step <= steps, "step", "0 to " + steps, step);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.stageProgressed(this);
        }
    }

    /**
     * A worker has finished and handed on.
     *
     * @param seconds of work, without the wait
     * @param queueWait seconds from the order's writing to its start
     * @param artifacts what it made
     */
    record StageCompleted(
            String job,
            Instant at,
            Stage stage,
            int segment,
            double seconds,
            double queueWait,
            List<ArtifactRef> artifacts)
            implements Fact {
        public StageCompleted {
            requireJob(job);
            artifacts = List.copyOf(artifacts);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.stageCompleted(this);
        }
    }

    /**
     * The job has ended well.
     *
     * @param video the MP4; null when the job makes an image
     * @param image the PNG; null when the job makes a video
     * @param thumbnail a WebP; null when none was asked for
     * @param spritesheet a JPEG; null when none was asked for
     * @param frames of the video; 1 of an image
     * @param seconds the video's duration; 0 of an image
     */
    record JobCompleted(
            String job,
            Instant at,
            @Nullable ArtifactRef video,
            @Nullable ArtifactRef image,
            @Nullable ArtifactRef thumbnail,
            @Nullable ArtifactRef spritesheet,
            int frames,
            double seconds)
            implements Fact {
        public JobCompleted {
            requireJob(job);
            Require.that((video == null) != (image == null), "video", "either a video or an image", video);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.jobCompleted(this);
        }
    }

    /**
     * The job has ended badly.
     *
     * @param stage where; null when it never came to a stage
     * @param message for the client: what was expected, what came
     */
    record JobFailed(
            String job,
            Instant at,
            ProblemCode code,
            String message,
            @Nullable Stage stage) implements Fact {
        public JobFailed {
            requireJob(job);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.jobFailed(this);
        }
    }

    /** The job was stopped because the client said so. */
    record JobCancelled(String job, Instant at) implements Fact {
        public JobCancelled {
            requireJob(job);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.jobCancelled(this);
        }
    }

    /** The job and what it made are gone because the client said so. */
    record JobDeleted(String job, Instant at) implements Fact {
        public JobDeleted {
            requireJob(job);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.jobDeleted(this);
        }
    }

    /**
     * Somebody was told that the job has ended, or will not be told any more.
     *
     * @param endpoint the webhook endpoint, or {@code webhook} for the job's own
     * @param event the event's id
     * @param delivered whether the endpoint took it
     * @param attempts how often it was tried
     */
    record WebhookSettled(String job, Instant at, String endpoint, String event, boolean delivered, int attempts)
            implements Fact {
        public WebhookSettled {
            requireJob(job);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.webhookSettled(this);
        }
    }

    private static void requireJob(String job) {
        Require.that(JobId.isValid(job), "job", "a job id", job);
    }
}
