package dev.zoetrope.cli.inprocess;

import dev.zoetrope.cli.Task;
import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.engine.TextEncoder;
import java.nio.file.Path;

/**
 * One video to make.
 *
 * @param frames pixel frames to make, the given ones that they are joined to not counted
 * @param seed of the noise
 * @param out where the file will be: a video, or for one frame a picture
 */
public record Order(
        Task task,
        String prompt,
        String negativePrompt,
        int width,
        int height,
        int frames,
        int framesPerSecond,
        int steps,
        double guidance,
        long seed,
        Path out) {

    /** Refuses what the model cannot make, before anything is loaded. */
    public void check(ModelCard card) {
        if (prompt.isBlank()) throw new IllegalArgumentException("prompt: expected a text, but it is empty");
        requirePrompt("prompt", prompt);
        requirePrompt("negative prompt", negativePrompt);
        requireSide("width", width, card);
        requireSide("height", height, card);
        require(steps >= 1 && steps <= 1000, "steps", "1 to 1000", steps);
        require(guidance >= 1 && guidance <= 100, "guidance", "1 to 100", guidance);
        require(framesPerSecond >= 1 && framesPerSecond <= 120, "fps", "1 to 120", framesPerSecond);
        require(frames >= 1, "frames", "at least 1", frames);
        if (task instanceof Task.Create) {
            int k = card.temporalFactor();
            require((frames - 1) % k == 0, "frames", k + "k+1 (1, " + (k + 1) + ", " + (2 * k + 1) + ", ...)", frames);
        }
        if (task instanceof Task.Edit edit) {
            require(edit.strength() >= 0 && edit.strength() <= 1, "strength", "0 to 1", edit.strength());
        }
    }

    private static void requirePrompt(String name, String text) {
        int characters = text.codePointCount(0, text.length());
        require(
                characters <= TextEncoder.MAX_PROMPT,
                name,
                "at most " + TextEncoder.MAX_PROMPT + " characters",
                characters);
    }

    private static void requireSide(String name, int pixels, ModelCard card) {
        int multiple = card.sizeMultiple();
        require(
                pixels >= multiple && pixels <= card.maxSize() && pixels % multiple == 0,
                name,
                "a multiple of " + multiple + " from " + multiple + " to " + card.maxSize(),
                pixels);
    }

    private static void require(boolean fits, String field, String expected, Object came) {
        if (!fits) throw new IllegalArgumentException(field + ": expected " + expected + ", but " + came + " came");
    }
}
