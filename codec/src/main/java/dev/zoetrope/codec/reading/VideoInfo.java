package dev.zoetrope.codec.reading;

import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.VideoFormat;

/**
 * What a video is, as read from its file.
 *
 * @param codec libav's name, such as {@code h264} or {@code av1}
 * @param width of the coded picture, before rotation
 * @param height of the coded picture, before rotation
 * @param rotation how far players turn the picture clockwise: 0, 90, 180 or 270
 * @param frames how many pictures the track has, counted
 * @param seconds how long the track lasts
 * @param moovFirst whether the index stands before the pictures, so that playing can start while loading
 * @param bt709 whether the pictures are tagged BT.709 (matrix, primaries and transfer) in limited range
 */
public record VideoInfo(
        String codec,
        int width,
        int height,
        int rotation,
        long frames,
        FrameRate rate,
        double seconds,
        boolean moovFirst,
        boolean bt709) {
    public VideoFormat format() {
        return new VideoFormat(width, height, rate);
    }
}
