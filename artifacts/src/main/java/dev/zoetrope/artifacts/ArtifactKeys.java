package dev.zoetrope.artifacts;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Where each artifact lies. A key follows from job, segment and name alone, so an order that is delivered again finds what its
 * first delivery made.
 */
public final class ArtifactKeys {
    /** Everything of jobs. */
    public static final String JOBS = "jobs/";

    /** Prompt embeddings, shared by all jobs. */
    public static final String EMBEDDINGS = "embeddings/";

    /** First answers to requests with an idempotency key, a folder an owner. */
    public static final String IDEMPOTENCY = "idempotency/";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    private ArtifactKeys() {}

    /** The prefix of all that belongs to a job. */
    public static String job(String job) {
        return JOBS + name("job", job) + "/";
    }

    /** The prefix of all that belongs to one segment of a job. */
    public static String segment(String job, int segment) {
        return job(job) + index("segment", segment) + "/";
    }

    public static String embeddings(String job, int segment) {
        return segment(job, segment) + "embeddings.safetensors";
    }

    public static String latents(String job, int segment) {
        return segment(job, segment) + "latents.safetensors";
    }

    /** What is known of a segment's latents before denoising. */
    public static String known(String job, int segment) {
        return segment(job, segment) + "known.safetensors";
    }

    /** Latents and solver history between two steps; each checkpoint takes its predecessor's place. */
    public static String checkpoint(String job, int segment) {
        return segment(job, segment) + "checkpoint.safetensors";
    }

    /** One chunk of a segment's frames, counted from 0. */
    public static String frames(String job, int segment, int chunk) {
        return segment(job, segment) + "frames-" + index("chunk", chunk) + ".safetensors";
    }

    public static String segmentVideo(String job, int segment) {
        return segment(job, segment) + "segment.mp4";
    }

    /** One chunk of the frames of what the user brought. */
    public static String givenFrames(String job, String role, int chunk) {
        return given(job, role) + "frames-" + index("chunk", chunk) + ".safetensors";
    }

    public static String givenLatents(String job, String role) {
        return given(job, role) + "latents.safetensors";
    }

    /** What the user brought, as a video of the job's size and rate; there only where the file itself is not that. */
    public static String givenVideo(String job, String role) {
        return given(job, role) + "video.mp4";
    }

    /** What players begin with while the rest is made: one part of the video, in fragments. */
    public static String streamMedia(String job, int part) {
        return stream(job, part) + ".mp4";
    }

    /** Where in {@link #streamMedia} which fragment lies. */
    public static String streamPart(String job, int part) {
        return stream(job, part) + ".json";
    }

    public static String video(String job) {
        return job(job) + "video.mp4";
    }

    /** What a job of a still image ends in. */
    public static String image(String job) {
        return job(job) + "image.png";
    }

    public static String thumbnail(String job) {
        return job(job) + "thumbnail.webp";
    }

    public static String spritesheet(String job) {
        return job(job) + "spritesheet.jpg";
    }

    /**
     * A prompt's embeddings: the same text for the same model is encoded once.
     *
     * @param model what tells this text encoder from every other, with its weights' version
     */
    public static String embeddings(String model, String text) {
        // The length keeps ("ab", "c") from ("a", "bc").
        String content = model.length() + ":" + model + text;
        return EMBEDDINGS + Sha256.hex(content.getBytes(StandardCharsets.UTF_8)) + ".safetensors";
    }

    private static String stream(String job, int part) {
        return job(job) + "stream/" + index("part", part);
    }

    private static String given(String job, String role) {
        return job(job) + "given/" + name("role", role) + "/";
    }

    private static String name(String what, String value) {
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "expected as " + what + " 1 to 128 letters, digits, - or _, but " + value + " came");
        }
        return value;
    }

    private static int index(String what, int value) {
        if (value < 0) throw new IllegalArgumentException("expected " + what + " 0 or more, but " + value + " came");
        return value;
    }
}
