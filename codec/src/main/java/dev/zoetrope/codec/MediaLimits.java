package dev.zoetrope.codec;

import java.time.Duration;

/**
 * How much work somebody else's media may cause before it is refused.
 *
 * @param maxBytes of the file
 * @param maxPixels of one picture
 * @param maxSeconds of a video
 * @param maxFrames decoded of a video, before resampling
 * @param maxMemoryBytes of the process that decodes
 * @param deadline for the whole decoding, not counting the time that the receiver of frames takes
 */
public record MediaLimits(
        long maxBytes, long maxPixels, double maxSeconds, long maxFrames, long maxMemoryBytes, Duration deadline) {
    private static final long MIB = 1L << 20;

    /** A minute and more of 4K from a phone. */
    public static final MediaLimits VIDEO =
            new MediaLimits(1024 * MIB, 36_864L * 256, 300, 20_000, 1536 * MIB, Duration.ofMinutes(5));

    /**
     * Of what was held against the other limits when its job was accepted, or was made by a job: a slower machine, or a newer
     * library that takes more memory, must not fail the job.
     */
    public static final MediaLimits ACCEPTED =
            new MediaLimits(Long.MAX_VALUE, 200_000_000, 1e9, Long.MAX_VALUE, 4096 * MIB, Duration.ofHours(6));

    /**
     * The largest picture of today's phones: 200 megapixels. One that takes more than a GiB decoded is refused as well, such as 16
     * bits a channel with alpha above 120 megapixels.
     */
    public static final MediaLimits PICTURE =
            new MediaLimits(64 * MIB, 200_000_000, 300, 1, 1024 * MIB, Duration.ofMinutes(2));

    public MediaLimits {
        requirePositive("maxBytes", maxBytes);
        requirePositive("maxPixels", maxPixels);
        requirePositive("maxSeconds", maxSeconds);
        requirePositive("maxFrames", maxFrames);
        requirePositive("maxMemoryBytes", maxMemoryBytes);
        requirePositive("deadline", deadline.toMillis());
    }

    public MediaLimits withMaxBytes(long bytes) {
        return new MediaLimits(bytes, maxPixels, maxSeconds, maxFrames, maxMemoryBytes, deadline);
    }

    public MediaLimits withMaxPixels(long pixels) {
        return new MediaLimits(maxBytes, pixels, maxSeconds, maxFrames, maxMemoryBytes, deadline);
    }

    public MediaLimits withMaxSeconds(double seconds) {
        return new MediaLimits(maxBytes, maxPixels, seconds, maxFrames, maxMemoryBytes, deadline);
    }

    public MediaLimits withMaxFrames(long frames) {
        return new MediaLimits(maxBytes, maxPixels, maxSeconds, frames, maxMemoryBytes, deadline);
    }

    public MediaLimits withDeadline(Duration newDeadline) {
        return new MediaLimits(maxBytes, maxPixels, maxSeconds, maxFrames, maxMemoryBytes, newDeadline);
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0)) throw new IllegalArgumentException(name + " is above 0, but " + value + " came");
    }
}
