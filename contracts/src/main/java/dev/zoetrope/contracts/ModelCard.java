package dev.zoetrope.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model can make, and what it makes unless it is asked otherwise. A capability that is null is not offered. A card that is
 * accepted here is safe to plan with.
 *
 * @param name the model's name, as clients say it
 * @param family the family that reads it
 * @param sizeMultiple width and height in pixels are multiples of this
 * @param maxSize the largest width or height in pixels
 * @param width default width in pixels
 * @param height default height in pixels
 * @param sampling default steps and scale
 * @param text it follows a prompt
 * @param video it makes videos
 * @param image it makes still pictures
 * @param givenFrames it takes pictures or videos to start from or to end in
 * @param continuation it makes a video longer than its window, each window going on from the one before
 * @param edit it changes a given video or picture
 * @param references it keeps to pictures of characters
 * @param classes it makes what a label names
 */
public record ModelCard(
        String name,
        String family,
        int sizeMultiple,
        int maxSize,
        int width,
        int height,
        SamplingSettings sampling,
        @Nullable Text text,
        @Nullable Video video,
        @Nullable Image image,
        @Nullable GivenFrames givenFrames,
        @Nullable Continuation continuation,
        @Nullable Edit edit,
        @Nullable References references,
        @Nullable Classes classes)
        implements Contract {
    /** More than any decoder or display takes; keeps every product of two sides within an int. */
    public static final int LARGEST_SIDE = 32_768;

    private static final int MOST_FRAMES = 100_000;

    /** @param negativePrompt the default of what to steer away from */
    public record Text(String negativePrompt) implements Contract {}

    /**
     * @param temporalFactor pixel frames are {@code temporalFactor * k + 1}
     * @param frames pixel frames of one window, the length it was trained for: k of at least 1
     * @param framesPerSecond default rate, 1 to 240
     */
    public record Video(int temporalFactor, int frames, int framesPerSecond) implements Contract {
        public Video {
            Require.that(temporalFactor >= 1, "temporalFactor", "at least 1", temporalFactor);
            Require.that(
                    frames > temporalFactor && frames <= MOST_FRAMES && (frames - 1) % temporalFactor == 0,
                    "frames",
                    "%d k + 1 with k of at least 1, at most %d".formatted(temporalFactor, MOST_FRAMES),
                    frames);
            Require.that(
                    framesPerSecond >= 1 && framesPerSecond <= 240, "framesPerSecond", "1 to 240", framesPerSecond);
        }
    }

    public record Image() implements Contract {}

    /** @param required whether nothing is made without */
    public record GivenFrames(boolean required) implements Contract {}

    public record Continuation() implements Contract {}

    public record Edit() implements Contract {}

    public record References() implements Contract {}

    /** @param labels by number, from 0 */
    public record Classes(List<String> labels) implements Contract {
        public Classes {
            labels = List.copyOf(labels);
            Require.that(!labels.isEmpty(), "labels", "at least one", labels);
        }
    }

    public ModelCard {
        Require.that(!name.isBlank(), "name", "a name", name);
        Require.that(!family.isBlank(), "family", "a name", family);
        Require.that(
                sizeMultiple >= 1 && sizeMultiple <= LARGEST_SIDE,
                "sizeMultiple",
                "1 to " + LARGEST_SIDE,
                sizeMultiple);
        Require.that(
                maxSize >= sizeMultiple && maxSize <= LARGEST_SIDE,
                "maxSize",
                "%d to %d".formatted(sizeMultiple, LARGEST_SIDE),
                maxSize);
        requireSide("width", width, sizeMultiple, maxSize);
        requireSide("height", height, sizeMultiple, maxSize);
        Require.that(video != null || image != null, "video, image", "at least one of them", null);
        Require.that(
                text != null || classes != null || givenFrames != null,
                "text, classes, givenFrames",
                "at least one of them",
                null);
        Require.that(continuation == null || video != null, "continuation", "none without video", continuation);
    }

    private static void requireSide(String field, int pixels, int multiple, int most) {
        Require.that(
                pixels >= multiple && pixels <= most && pixels % multiple == 0,
                field,
                "a multiple of %d from %d to %d".formatted(multiple, multiple, most),
                pixels);
    }

    /** Pixel frames of a window: 1 for a model that makes no videos. */
    public int frames() {
        return video == null ? 1 : video.frames();
    }

    /** Pixel frames of a latent frame: 1 for a model that makes no videos. */
    public int temporalFactor() {
        return video == null ? 1 : video.temporalFactor();
    }

    /** Default rate: 1 for a model that makes no videos. */
    public int framesPerSecond() {
        return video == null ? 1 : video.framesPerSecond();
    }

    /** The default of what to steer away from: empty for a model that follows no prompt. */
    public String negativePrompt() {
        return text == null ? "" : text.negativePrompt();
    }
}
