package dev.zoetrope.contracts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command to one stage. It says everything that the stage needs: the job's spec and the references gathered so far.
 *
 * <p>An order may be delivered more than once; the artifact that it makes has a key that job, stage and segment determine, so a
 * stage that finds it only hands on.
 */
public sealed interface Order extends Message {
    /** This order's own id, {@code order_01k…}; an order issued again has a new one. */
    String id();

    /** The job that it belongs to. */
    String job();

    /** 0 at first, one more each time that somebody gives the work up and issues the order again. */
    int attempt();

    /** When it was written, for the queue's wait. */
    Instant issuedAt();

    /** The segment to work on; 0 where the stage works on the whole job. */
    int segment();

    JobSpec spec();

    JobArtifacts jobArtifacts();

    /** The stage that it commands. */
    Stage stage();

    @Override
    default String destination() {
        return stage().topic();
    }

    /** None: a queue is shared out by its group, and a key would hold all of a job's segments in one partition. */
    @Override
    default @Nullable String key() {
        return null;
    }

    @Override
    default String subject() {
        return job();
    }

    @Override
    default String eventId() {
        return id();
    }

    @Override
    default Instant happenedAt() {
        return issuedAt();
    }

    /** The same order, issued again. */
    Order again(Instant now);

    /** Read the given files into frames. */
    record MediaReadingOrder(
            String id, String job, int attempt, Instant issuedAt, int segment, JobSpec spec, JobArtifacts jobArtifacts)
            implements Order {
        public MediaReadingOrder {
            requireSound(job, attempt, segment, spec);
        }

        @Override
        public Stage stage() {
            return Stage.MEDIA_READING;
        }

        @Override
        public MediaReadingOrder again(Instant now) {
            return new MediaReadingOrder(newId(), job, attempt + 1, now, segment, spec, jobArtifacts);
        }
    }

    /** Encode what is known of the segment before it is made into latents. */
    record LatentEncodingOrder(
            String id, String job, int attempt, Instant issuedAt, int segment, JobSpec spec, JobArtifacts jobArtifacts)
            implements Order {
        public LatentEncodingOrder {
            requireSound(job, attempt, segment, spec);
        }

        @Override
        public Stage stage() {
            return Stage.LATENT_ENCODING;
        }

        @Override
        public LatentEncodingOrder again(Instant now) {
            return new LatentEncodingOrder(newId(), job, attempt + 1, now, segment, spec, jobArtifacts);
        }
    }

    /** Encode the prompts of all segments. */
    record TextEncodingOrder(
            String id, String job, int attempt, Instant issuedAt, int segment, JobSpec spec, JobArtifacts jobArtifacts)
            implements Order {
        public TextEncodingOrder {
            requireSound(job, attempt, segment, spec);
        }

        @Override
        public Stage stage() {
            return Stage.TEXT_ENCODING;
        }

        @Override
        public TextEncodingOrder again(Instant now) {
            return new TextEncodingOrder(newId(), job, attempt + 1, now, segment, spec, jobArtifacts);
        }
    }

    /**
     * Denoise the segment.
     *
     * @param checkpoint where an earlier attempt got to; null when there was none
     */
    record DenoisingOrder(
            String id,
            String job,
            int attempt,
            Instant issuedAt,
            int segment,
            JobSpec spec,
            JobArtifacts jobArtifacts,
            @Nullable ArtifactRef checkpoint)
            implements Order {
        public DenoisingOrder {
            requireSound(job, attempt, segment, spec);
        }

        @Override
        public Stage stage() {
            return Stage.DENOISING;
        }

        @Override
        public DenoisingOrder again(Instant now) {
            return new DenoisingOrder(newId(), job, attempt + 1, now, segment, spec, jobArtifacts, checkpoint);
        }

        /** This with where the work got to. */
        public DenoisingOrder withCheckpoint(ArtifactRef reached) {
            return new DenoisingOrder(id, job, attempt, issuedAt, segment, spec, jobArtifacts, reached);
        }
    }

    /**
     * Decode the segment's latents into frames.
     *
     * @param tileSize pixels along the side of a spatial tile, after an attempt that did not fit; null for whole frames
     */
    record DecodingOrder(
            String id,
            String job,
            int attempt,
            Instant issuedAt,
            int segment,
            JobSpec spec,
            JobArtifacts jobArtifacts,
            @Nullable Integer tileSize)
            implements Order {
        public DecodingOrder {
            requireSound(job, attempt, segment, spec);
            Require.that(tileSize == null || tileSize > 0, "tileSize", "at least 1", tileSize);
        }

        @Override
        public Stage stage() {
            return Stage.DECODING;
        }

        @Override
        public DecodingOrder again(Instant now) {
            return new DecodingOrder(newId(), job, attempt + 1, now, segment, spec, jobArtifacts, tileSize);
        }

        /** This in tiles of the side. */
        public DecodingOrder withTileSize(int pixels) {
            return new DecodingOrder(id, job, attempt, issuedAt, segment, spec, jobArtifacts, pixels);
        }
    }

    /** Encode the segment's frames into a video. */
    record VideoEncodingOrder(
            String id, String job, int attempt, Instant issuedAt, int segment, JobSpec spec, JobArtifacts jobArtifacts)
            implements Order {
        public VideoEncodingOrder {
            requireSound(job, attempt, segment, spec);
        }

        @Override
        public Stage stage() {
            return Stage.VIDEO_ENCODING;
        }

        @Override
        public VideoEncodingOrder again(Instant now) {
            return new VideoEncodingOrder(newId(), job, attempt + 1, now, segment, spec, jobArtifacts);
        }
    }

    /** Join the segments' videos into the job's, and make what else it asks for. */
    record AssemblingOrder(
            String id, String job, int attempt, Instant issuedAt, int segment, JobSpec spec, JobArtifacts jobArtifacts)
            implements Order {
        public AssemblingOrder {
            requireSound(job, attempt, segment, spec);
        }

        @Override
        public Stage stage() {
            return Stage.ASSEMBLING;
        }

        @Override
        public AssemblingOrder again(Instant now) {
            return new AssemblingOrder(newId(), job, attempt + 1, now, segment, spec, jobArtifacts);
        }
    }

    /**
     * The first order to a stage about a segment: a new id, attempt 0.
     *
     * @throws IllegalArgumentException when the spec has no such segment
     */
    static Order to(Stage stage, String job, int segment, JobSpec spec, JobArtifacts jobArtifacts, Instant now) {
        String id = newId();
        switch (stage) {
            case MEDIA_READING:
                return new MediaReadingOrder(id, job, 0, now, segment, spec, jobArtifacts);
            case LATENT_ENCODING:
                return new LatentEncodingOrder(id, job, 0, now, segment, spec, jobArtifacts);
            case TEXT_ENCODING:
                return new TextEncodingOrder(id, job, 0, now, segment, spec, jobArtifacts);
            case DENOISING:
                return new DenoisingOrder(id, job, 0, now, segment, spec, jobArtifacts, null);
            case DECODING:
                return new DecodingOrder(id, job, 0, now, segment, spec, jobArtifacts, null);
            case VIDEO_ENCODING:
                return new VideoEncodingOrder(id, job, 0, now, segment, spec, jobArtifacts);
            case ASSEMBLING:
                return new AssemblingOrder(id, job, 0, now, segment, spec, jobArtifacts);
        }
        throw new AssertionError(stage);
    }

    /** The order that starts a job: to read what was given, or, when nothing was, to encode its prompts. */
    static Order first(String job, JobSpec spec, Instant now) {
        Stage stage = spec.readings().isEmpty() ? Stage.TEXT_ENCODING : Stage.MEDIA_READING;
        return to(stage, job, 0, spec, JobArtifacts.NOTHING, now);
    }

    /** A new order id. */
    static String newId() {
        return JobId.next("order");
    }

    private static void requireSound(String job, int attempt, int segment, JobSpec spec) {
        Require.that(JobId.isValid(job), "job", "a job id", job);
        Require.that(attempt >= 0, "attempt", "0 or more", attempt);
        spec.segment(segment);
    }
}
