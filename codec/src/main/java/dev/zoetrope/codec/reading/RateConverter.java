package dev.zoetrope.codec.reading;

import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.MediaRefusedException;

/**
 * Decides how often each frame of a video of any, perhaps changing, rate is shown at a fixed one: frame {@code i} from the tick
 * nearest to its time to the tick nearest to the next one's. A video that has the rate already passes unchanged, even where its
 * times are rounded.
 */
public final class RateConverter {
    private final double ticksPerSecond;
    private final double fromSeconds;
    private final double maxSeconds;
    private double origin = Double.NaN;
    private double last;
    private long shown;

    public RateConverter(FrameRate rate, double fromSeconds, double maxSeconds) {
        this.ticksPerSecond = rate.perSecond();
        this.fromSeconds = fromSeconds;
        this.maxSeconds = maxSeconds;
    }

    /**
     * Takes the time of the next frame, which is when the one before it ends.
     *
     * @param seconds when it is shown, by the file's clock
     * @return how often the frame before it is to be shown
     */
    public long next(double seconds) {
        if (Double.isNaN(origin)) {
            origin = seconds;
            return 0;
        }
        return advanceTo(seconds - origin);
    }

    /**
     * Ends the video.
     *
     * @param duration of the last frame in seconds
     * @return how often the last frame is to be shown; a video of one frame shows it at least once
     */
    public long end(double duration) {
        long times = advanceTo(last + Math.max(0, duration));
        return shown == 0 && times == 0 ? 1 : times;
    }

    private long advanceTo(double seconds) {
        // Clocks that go backwards stand still.
        last = Math.max(last, seconds);
        if (last > maxSeconds) {
            throw new MediaRefusedException(
                    MediaRefusedException.Reason.TOO_LARGE,
                    "expected a video of at most " + maxSeconds + " seconds, but it has a frame at " + last);
        }
        long until = Math.max(0, Math.round((last - fromSeconds) * ticksPerSecond));
        long times = until - shown;
        shown = until;
        return times;
    }
}
