package dev.zoetrope.contracts;

import java.util.function.Function;
import java.util.function.Supplier;

/** What a segment ends with. */
public sealed interface End extends Choice {
    /** Pixel frames at the window's end that are known; 0 for none. */
    default int frames() {
        return match(() -> 0, picture -> 1, Video::frames, Meeting::frames, circle -> 1);
    }

    /** Whether the known frame is shown as the model keeps it, and not as it is. */
    default boolean keeps() {
        return match(() -> false, picture -> true, video -> false, meeting -> false, circle -> false);
    }

    /** Whether the window has neither a start nor an end. */
    default boolean circles() {
        return match(() -> false, picture -> false, video -> false, meeting -> false, circle -> true);
    }

    /** The answer of this end's case. */
    default <R> R match(
            Supplier<R> free,
            Function<Picture, R> picture,
            Function<Video, R> video,
            Function<Meeting, R> meeting,
            Function<Circle, R> circle) {
        if (this instanceof Free) return free.get();
        if (this instanceof Picture end) return picture.apply(end);
        if (this instanceof Video end) return video.apply(end);
        if (this instanceof Meeting end) return meeting.apply(end);
        if (this instanceof Circle end) return circle.apply(end);
        throw new AssertionError(this);
    }

    /** With nothing: a cut, the end of a video, or what the next segment continues. */
    record Free() implements End {}

    /** With a given picture, which is shown as the model keeps it. */
    record Picture(Role role) implements End {}

    /** With the start of a given video, which is shown after it as it is; the made frames are to meet it. */
    record Video(Role role, int frames) implements End {
        public Video {
            Require.that(frames >= 1, "frames", "at least 1", frames);
        }
    }

    /** With the start of another segment, which is made before it and shows these frames itself. */
    record Meeting(int segment, int frames) implements End {
        public Meeting {
            Require.that(segment >= 0, "segment", "0 or more", segment);
            Require.that(frames >= 1, "frames", "at least 1", frames);
        }
    }

    /** With its own first frame again, which is not shown twice: the window has neither a start nor an end. */
    record Circle() implements End {}
}
