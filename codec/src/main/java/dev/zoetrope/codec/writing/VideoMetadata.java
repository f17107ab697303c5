package dev.zoetrope.codec.writing;

import org.jspecify.annotations.Nullable;

/**
 * What a video file says about itself besides its pictures. Each part may be absent.
 *
 * @param title shown by players as the name
 * @param provenance which model made it for which job
 */
public record VideoMetadata(
        @Nullable String title, @Nullable Provenance provenance) {
    public static final VideoMetadata NONE = new VideoMetadata(null, null);

    /** "Made by AI": the model and the job, as a comment that people see and as XMP that machines read. */
    public static VideoMetadata madeByAi(String model, String job) {
        return new VideoMetadata(null, new Provenance(model, job));
    }

    public VideoMetadata withTitle(String newTitle) {
        return new VideoMetadata(newTitle, provenance);
    }
}
