package dev.zoetrope.codec;

/**
 * What somebody's file says that it is. Its first picture was decoded, the rest is the file's own claim.
 *
 * @param container such as {@code mov,mp4,m4a,3gp,3g2,mj2} or {@code matroska,webm}; for a still picture, its format
 * @param codec such as {@code h264}
 * @param width as it is shown: upright, with square pixels
 * @param height as it is shown: upright, with square pixels
 * @param mirrored whether the stored picture is mirrored left to right, before it is turned, to be shown
 * @param rotation how far the stored picture is turned clockwise to be shown: 0, 90, 180 or 270
 * @param framesPerSecond on average; 0 if the file does not say
 * @param seconds how long it lasts; 0 if the file does not say
 * @param still whether it is one picture: a picture's file, or an animation's with one picture
 */
public record MediaDescription(
        String container,
        String codec,
        int width,
        int height,
        boolean mirrored,
        int rotation,
        double framesPerSecond,
        double seconds,
        boolean still) {}
