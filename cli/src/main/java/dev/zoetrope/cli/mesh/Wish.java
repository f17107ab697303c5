package dev.zoetrope.cli.mesh;

import dev.zoetrope.cli.Task;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What to make; what is null is the model's own.
 *
 * @param size width x height
 * @param frames to make; 1 is a picture
 * @param storyboard a file with a JSON array of shots, instead of frames
 */
public record Wish(
        Task task,
        String prompt,
        String model,
        @Nullable String size,
        @Nullable Integer frames,
        @Nullable Integer framesPerSecond,
        @Nullable Long seed,
        @Nullable Integer steps,
        @Nullable Double guidance,
        @Nullable String negativePrompt,
        @Nullable Path storyboard) {
    /** Whether it is a picture that is made. */
    public boolean isPicture() {
        return task instanceof Task.Create && frames != null && frames == 1;
    }
}
