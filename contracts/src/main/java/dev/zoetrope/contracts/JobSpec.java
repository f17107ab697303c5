package dev.zoetrope.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a job makes, decided once when it is accepted; nothing downstream chooses a default.
 *
 * @param kind a video or a still image
 * @param model the name of the model that makes it
 * @param prompt what the client asked for
 * @param expandedPrompt the prompt as a language model rewrote it, which the segments then follow; null when it was not asked to
 * @param width in pixels
 * @param height in pixels
 * @param framesPerSecond the video's rate
 * @param steps denoising steps, 1 to 1000
 * @param guidance classifier-free guidance scale, at least 1; 1 is none
 * @param negativePrompt what to steer away from; unused when {@code guidance} is 1
 * @param seed of the job; each segment has its own, derived from it
 * @param segments shots and windows of shots in the order of the video, numbered from 0
 * @param given what the client brought
 * @param outputs what to make besides the video or image itself
 */
public record JobSpec(
        Kind kind,
        String model,
        String prompt,
        @Nullable String expandedPrompt,
        int width,
        int height,
        int framesPerSecond,
        int steps,
        double guidance,
        String negativePrompt,
        long seed,
        List<SegmentSpec> segments,
        Given given,
        Set<Output> outputs)
        implements Contract {

    /** What a job ends in. */
    public enum Kind {
        VIDEO,
        IMAGE;

        /** The name in messages. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Kind of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    /** What is made beside the video. */
    public enum Output {
        THUMBNAIL,
        SPRITESHEET;

        /** The name in messages. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Output of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    public JobSpec {
        Require.that(!model.isBlank(), "model", "a name", model);
        Require.that(width > 0, "width", "at least 1", width);
        Require.that(height > 0, "height", "at least 1", height);
        Require.that(framesPerSecond > 0, "framesPerSecond", "at least 1", framesPerSecond);
        Require.that(steps >= 1 && steps <= 1000, "steps", "1 to 1000", steps);
        Require.that(guidance >= 1 && Double.isFinite(guidance), "guidance", "at least 1", guidance);
        Require.that(!segments.isEmpty(), "segments", "at least one", segments);
        for (int i = 0; i < segments.size(); i++) {
            Require.that(
                    segments.get(i).index() == i,
                    "segments[%d].index".formatted(i),
                    i + "",
                    segments.get(i).index());
        }
        segments = List.copyOf(segments);
        // An EnumSet keeps the order of the constants, so that equal specs are written alike.
        outputs =
                Collections.unmodifiableSet(outputs.isEmpty() ? EnumSet.noneOf(Output.class) : EnumSet.copyOf(outputs));
    }

    /** @throws IllegalArgumentException when there is no such segment */
    public SegmentSpec segment(int index) {
        Require.that(index >= 0 && index < segments.size(), "segment", "0 to " + (segments.size() - 1), index);
        return segments.get(index);
    }

    /** Whether the segment is the job's last. */
    public boolean isLast(int segment) {
        return segment == segments.size() - 1;
    }

    /** Whether segments are made from the last to the first, each to end in what the one after it starts with. */
    public boolean madeBackward() {
        return given.extendsTo(Given.Direction.BACKWARD);
    }

    /** The segment's turn: how many are made before it. Its own inverse, so also the segment whose turn it is. */
    public int turn(int segment) {
        return madeBackward() ? segments.size() - 1 - segment : segment;
    }

    /** Pixel frames that the job makes: those that segments share with the one before them or with given media do not count. */
    public int newFrames() {
        return segments.stream().mapToInt(SegmentSpec::newFrames).sum();
    }
}
