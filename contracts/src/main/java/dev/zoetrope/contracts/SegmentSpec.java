package dev.zoetrope.contracts;

import org.jspecify.annotations.Nullable;

/**
 * One shot, or one window of a shot that is longer than the model's window. Each number is decided when the job is planned.
 *
 * @param index its place in the video, from 0
 * @param turn how many segments are made before it
 * @param prompt what it shows
 * @param seed of its noise
 * @param frames pixel frames of the window, those known at its start and end included
 * @param start what it starts with
 * @param end what it ends with
 * @param source what it is made from; null where it is made from noise alone
 * @param decoded how many pixel frames are decoded: those that it shares with the segment that it continues are that one's
 * @param shown which of the decoded frames the job's video shows: not those that a given video or another segment shows
 */
public record SegmentSpec(
        int index,
        int turn,
        String prompt,
        long seed,
        int frames,
        Start start,
        End end,
        @Nullable Source source,
        int decoded,
        Span shown)
        implements Contract {
    public SegmentSpec {
        Require.that(index >= 0, "index", "0 or more", index);
        Require.that(turn >= 0, "turn", "0 or more", turn);
        int known = start.frames() + end.frames();
        Require.that(frames > known, "frames", "more than the %d known ones".formatted(known), frames);
        Require.that(decoded >= 1 && decoded <= frames, "decoded", "1 to " + frames, decoded);
        Require.that(shown.to() <= decoded, "shown.to", "at most " + decoded, shown.to());
    }

    /**
     * Frames of a given video to change, as many as the window has.
     *
     * @param from the first
     * @param strength where the noise starts: 1 ignores the source, 0 returns it (SDEdit)
     */
    public record Source(int from, double strength) implements Contract {
        public Source {
            Require.that(from >= 0, "from", "0 or more", from);
            Require.that(strength >= 0 && strength <= 1, "strength", "0 to 1", strength);
        }
    }

    /** A segment whose decoded and shown frames follow from its start and end. */
    public static SegmentSpec of(
            int index, int turn, String prompt, long seed, int frames, Start start, End end, @Nullable Source source) {
        int shared = start.match(() -> 0, picture -> 0, video -> 0, Start.Continuing::frames);
        int again = end.match(() -> 0, picture -> 0, video -> 0, meeting -> 0, circle -> 1);
        int decoded = frames - shared - again;
        int from = start.match(() -> 0, picture -> 0, Start.Video::frames, continuing -> 0);
        int to = decoded - end.match(() -> 0, picture -> 0, End.Video::frames, End.Meeting::frames, circle -> 0);
        return new SegmentSpec(index, turn, prompt, seed, frames, start, end, source, decoded, new Span(from, to));
    }

    /** This with another prompt. */
    public SegmentSpec withPrompt(String other) {
        return new SegmentSpec(index, turn, other, seed, frames, start, end, source, decoded, shown);
    }

    /** Whether frames that it starts or ends with have to be encoded before it is made: given ones, or the start of another. */
    public boolean meetsFrames() {
        return start.match(() -> false, picture -> true, video -> true, continuing -> false)
                || end.match(() -> false, picture -> true, video -> true, meeting -> true, circle -> false);
    }
}
