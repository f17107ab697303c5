package dev.zoetrope.contracts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A worker serves a model: written when the worker is ready, keyed by {@code name} on the compacted {@link Topics#MODELS}, and
 * read by whoever plans jobs. A record without a value takes the offer back.
 *
 * @param name the model's name, as clients say it
 * @param at when the worker became ready
 * @param family the family that reads it
 * @param sizeMultiple width and height in pixels are multiples of this
 * @param maxSize the largest width or height in pixels
 * @param temporalFactor pixel frames of a window are {@code temporalFactor * k + 1}
 * @param frames pixel frames of one window
 * @param framesPerSecond default rate
 * @param width default width in pixels
 * @param height default height in pixels
 * @param steps default number of denoising steps
 * @param guidance default classifier-free guidance scale
 * @param negativePrompt default negative prompt
 * @param secondsPerStep what one guided step of a default window took when it was last measured; null when it was not
 */
public record ModelOffered(
        String name,
        Instant at,
        String family,
        int sizeMultiple,
        int maxSize,
        int temporalFactor,
        int frames,
        int framesPerSecond,
        int width,
        int height,
        int steps,
        double guidance,
        String negativePrompt,
        @Nullable Double secondsPerStep)
        implements Message {
    public ModelOffered {
        Require.that(!name.isBlank(), "name", "a name", name);
        Require.that(sizeMultiple >= 1, "sizeMultiple", "at least 1", sizeMultiple);
        Require.that(maxSize >= sizeMultiple, "maxSize", "at least " + sizeMultiple, maxSize);
        Require.that(temporalFactor >= 1, "temporalFactor", "at least 1", temporalFactor);
        Require.that(
                frames >= 1 && (frames - 1) % temporalFactor == 0,
                "frames",
                "%d k + 1".formatted(temporalFactor),
                frames);
        Require.that(framesPerSecond >= 1, "framesPerSecond", "at least 1", framesPerSecond);
    }
}
