package dev.zoetrope.contracts;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a segment starts with. */
public sealed interface Start extends Choice {
    /** Pixel frames at the window's start that are known, {@code temporalFactor * k + 1}; 0 for none. */
    default int frames() {
        return match(() -> 0, picture -> 1, Video::frames, Continuing::frames);
    }

    /** What the segment continues, if it does. */
    default Optional<Continuing> continued() {
        return match(Optional::empty, picture -> Optional.empty(), video -> Optional.empty(), Optional::of);
    }

    /** Whether the made frames fade into the known ones, which are shown as they are. */
    default boolean fades() {
        return match(() -> false, picture -> false, video -> true, continuing -> false);
    }

    /** The answer of this start's case. */
    default <R> R match(
            Supplier<R> free,
            Function<Picture, R> picture,
            Function<Video, R> video,
            Function<Continuing, R> continuing) {
        if (this instanceof Free) return free.get();
        if (this instanceof Picture start) return picture.apply(start);
        if (this instanceof Video start) return video.apply(start);
        if (this instanceof Continuing start) return continuing.apply(start);
        throw new AssertionError(this);
    }

    /** With nothing: a cut, or the start of a video. */
    record Free() implements Start {}

    /** With a given picture, which is shown as the model keeps it. */
    record Picture(Role role) implements Start {}

    /** With the end of a given video, which is shown before it as it is; the made frames are to meet it. */
    record Video(Role role, int frames) implements Start {
        public Video {
            Require.that(frames >= 1, "frames", "at least 1", frames);
        }
    }

    /** With the last latents of another segment, which is made before it and shows the frames that both have. */
    record Continuing(int segment, int frames) implements Start {
        public Continuing {
            Require.that(segment >= 0, "segment", "0 or more", segment);
            Require.that(frames >= 1, "frames", "at least 1", frames);
        }
    }
}
