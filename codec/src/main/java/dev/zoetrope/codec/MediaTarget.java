package dev.zoetrope.codec;

/**
 * What somebody's video is to become.
 *
 * @param format size and rate of the frames that come out
 * @param fit how another aspect ratio is brought to that size
 * @param fromSeconds where to begin
 * @param mostFrames where to stop, in frames that come out; the rest of the video is not decoded
 */
public record MediaTarget(VideoFormat format, Fit fit, double fromSeconds, long mostFrames) {
    public MediaTarget {
        if (!(fromSeconds >= 0)) {
            throw new IllegalArgumentException("fromSeconds is 0 or more, but " + fromSeconds + " came");
        }
        if (mostFrames < 1) throw new IllegalArgumentException("mostFrames is 1 or more, but " + mostFrames + " came");
    }

    /** All of it. */
    public static MediaTarget of(VideoFormat format, Fit fit) {
        return new MediaTarget(format, fit, 0, Long.MAX_VALUE);
    }

    public MediaTarget from(double seconds) {
        return new MediaTarget(format, fit, seconds, mostFrames);
    }

    public MediaTarget atMost(long frames) {
        return new MediaTarget(format, fit, fromSeconds, frames);
    }
}
