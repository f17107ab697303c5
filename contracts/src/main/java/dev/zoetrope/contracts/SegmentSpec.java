package dev.zoetrope.contracts;

/**
 * One shot, or one window of a shot that is longer than the model's window.
 *
 * @param index its place in the job, from 0
 * @param prompt what it shows
 * @param frames pixel frames of this window, those it shares with its neighbours included
 * @param overlapFrames pixel frames at its start that are known: the end of the segment before; in segment 0, of the given
 *     media. 0 where nothing is known: a cut, or the start of a job to which nothing was given
 * @param closingFrames pixel frames at its end that are known: the start of given media; or, where the job loops, of segment 0; or,
 *     where it is made backward, of the segment after. A loop that is one segment has one: its end is its own first frame again
 * @param seed of its noise
 */
public record SegmentSpec(int index, String prompt, int frames, int overlapFrames, int closingFrames, long seed)
        implements Contract {
    public SegmentSpec {
        Require.that(index >= 0, "index", "0 or more", index);
        Require.that(frames >= 1, "frames", "at least 1", frames);
        Require.that(overlapFrames >= 0, "overlapFrames", "0 or more", overlapFrames);
        Require.that(closingFrames >= 0, "closingFrames", "0 or more", closingFrames);
        // A lone first frame that is also all of a one-frame window would leave nothing to make.
        Require.that(
                overlapFrames + closingFrames < frames,
                "frames",
                "more than the %d known ones".formatted(overlapFrames + closingFrames),
                frames);
    }

    /** Pixel frames that only this segment has. */
    public int newFrames() {
        return frames - overlapFrames - closingFrames;
    }
}
