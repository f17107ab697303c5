package dev.zoetrope.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a job makes, decided once when it is accepted; nothing downstream chooses a default.
 *
 * @param task what the client asked for, with the files that it brought
 * @param model the name of the model that makes it
 * @param prompt what the client asked for
 * @param expandedPrompt the prompt as a language model rewrote it, which the segments then follow; null when it was not asked to
 * @param width in pixels
 * @param height in pixels
 * @param framesPerSecond the video's rate
 * @param sampling how it is sampled
 * @param negativePrompt what to steer away from, where {@code sampling} uses it
 * @param seed of the job; each segment has its own, derived from it
 * @param readings what is read of the files that were brought, before anything is made
 * @param segments shots and windows of shots in the order of the video, numbered from 0
 * @param parts what the video shows, in order; of an image its only segment
 * @param outputs what to make besides the video or image itself
 */
public record JobSpec(
        Task task,
        String model,
        String prompt,
        @Nullable String expandedPrompt,
        int width,
        int height,
        int framesPerSecond,
        SamplingSettings sampling,
        String negativePrompt,
        long seed,
        List<Reading> readings,
        List<SegmentSpec> segments,
        List<Part> parts,
        Set<Output> outputs)
        implements Contract {

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
        Require.that(!segments.isEmpty(), "segments", "at least one", segments);
        Require.that(!parts.isEmpty(), "parts", "at least one", parts);
        Set<Integer> turns = new HashSet<>();
        for (int i = 0; i < segments.size(); i++) {
            int index = segments.get(i).index();
            int turn = segments.get(i).turn();
            Require.that(index == i, "segments[%d].index".formatted(i), i + "", index);
            boolean fits = turn < segments.size() && turns.add(turn);
            Require.that(fits, "segments[%d].turn".formatted(i), "each turn once", turn);
        }
        readings = List.copyOf(readings);
        parts = List.copyOf(parts);
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

    /**
     * The segment that is made after so many others.
     *
     * @throws IllegalArgumentException when there is no such turn
     */
    public SegmentSpec made(int turn) {
        return segments.stream()
                .filter(segment -> segment.turn() == turn)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "turn: expected 0 to %d, came %d".formatted(segments.size() - 1, turn)));
    }

    /** The place of a segment among what is shown. */
    public int part(int segment) {
        return parts.indexOf(new Part.Made(segment));
    }

    /** The place of a given video among what is shown; -1 where it is not. */
    public int part(Role role) {
        return parts.indexOf(new Part.Given(role));
    }

    /** Whether the video begins with a given one. */
    public boolean beginsWithGiven() {
        return parts.get(0).match(made -> false, given -> true);
    }

    /** Whether it is a still image that is made. */
    public boolean makesImage() {
        return task instanceof Task.Image;
    }

    /** Whether the model is shown characters that it is to keep to. */
    public boolean hasCharacters() {
        return task.files().containsKey(Role.CHARACTERS);
    }

    /** Pixel frames that the job makes and shows: those of given videos do not count. */
    public int shownFrames() {
        return segments.stream().mapToInt(segment -> segment.shown().count()).sum();
    }

    /** This with other files for the same task. */
    public JobSpec with(Task other) {
        return new JobSpec(
                other,
                model,
                prompt,
                expandedPrompt,
                width,
                height,
                framesPerSecond,
                sampling,
                negativePrompt,
                seed,
                readings,
                segments,
                parts,
                outputs);
    }

    /** This with prompts that a language model rewrote. */
    public JobSpec with(String rewritten, List<SegmentSpec> prompted) {
        return new JobSpec(
                task,
                model,
                prompt,
                rewritten,
                width,
                height,
                framesPerSecond,
                sampling,
                negativePrompt,
                seed,
                readings,
                prompted,
                parts,
                outputs);
    }
}
