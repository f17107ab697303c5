package dev.zoetrope.codec.writing;

import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.VideoFormat;

/**
 * How to compress. Segments that are to be joined must be made with equal settings.
 *
 * @param codec the compressed form
 * @param bitsPerPixel the bit rate H.264 aims at, per pixel of each frame; small pictures get more, see {@link #bitRate}
 * @param constantRateFactor the quality AV1 aims at, 1 (best) to 63
 * @param preset the effort of AV1, 0 (slow) to 13 (fast)
 * @param keyframeSeconds the longest time between two pictures at which a player can start
 */
public record EncoderSettings(
        VideoCodec codec, double bitsPerPixel, int constantRateFactor, int preset, double keyframeSeconds) {
    /** Small pictures hold more detail per pixel, and nobody counts their bytes. */
    private static final long MIN_BITS_PER_SECOND = 400_000;

    private static final long MAX_BITS_PER_SECOND = 200_000_000;

    public static final EncoderSettings H264 = new EncoderSettings(VideoCodec.H264, 0.23, 35, 10, 2);
    public static final EncoderSettings AV1 = new EncoderSettings(VideoCodec.AV1, 0.23, 35, 10, 2);

    public EncoderSettings {
        require(bitsPerPixel > 0 && bitsPerPixel <= 24, "bitsPerPixel is above 0 and at most 24", bitsPerPixel);
        require(
                constantRateFactor >= 1 && constantRateFactor <= 63,
                "constantRateFactor is 1 to 63",
                constantRateFactor);
        require(preset >= 0 && preset <= 13, "preset is 0 to 13", preset);
        require(
                keyframeSeconds > 0 && keyframeSeconds <= 60,
                "keyframeSeconds is above 0 and at most 60",
                keyframeSeconds);
    }

    public static EncoderSettings of(VideoCodec codec) {
        return switch (codec) {
            case H264 -> H264;
            case AV1 -> AV1;
        };
    }

    public EncoderSettings withBitsPerPixel(double newBitsPerPixel) {
        return new EncoderSettings(codec, newBitsPerPixel, constantRateFactor, preset, keyframeSeconds);
    }

    public EncoderSettings withKeyframeSeconds(double newKeyframeSeconds) {
        return new EncoderSettings(codec, bitsPerPixel, constantRateFactor, preset, newKeyframeSeconds);
    }

    long bitRate(VideoFormat format) {
        double wanted =
                bitsPerPixel * format.width() * format.height() * format.rate().perSecond();
        return Math.round(Math.min(Math.max(wanted, MIN_BITS_PER_SECOND), MAX_BITS_PER_SECOND));
    }

    int keyframeInterval(FrameRate rate) {
        return (int) Math.max(1, Math.round(keyframeSeconds * rate.perSecond()));
    }

    private static void require(boolean holds, String rule, double came) {
        if (!holds) throw new IllegalArgumentException(rule + ", but " + came + " came");
    }
}
