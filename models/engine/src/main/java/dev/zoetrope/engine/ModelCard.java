package dev.zoetrope.engine;

/**
 * What a checkpoint can make and what it is usually asked for.
 *
 * @param name the folder's name
 * @param family the family that reads it
 * @param sizeMultiple width and height in pixels are multiples of this
 * @param maxSize the largest width or height in pixels
 * @param temporalFactor pixel frames are {@code temporalFactor * k + 1}
 * @param frames pixel frames of one window: the length it was trained for
 * @param framesPerSecond the rate it was trained for
 * @param width default width in pixels
 * @param height default height in pixels
 * @param steps default number of denoising steps
 * @param guidance default classifier-free guidance scale; 1 is none
 * @param negativePrompt default negative prompt
 */
public record ModelCard(
        String name,
        String family,
        int sizeMultiple,
        int maxSize,
        int temporalFactor,
        int frames,
        int framesPerSecond,
        int width,
        int height,
        int steps,
        double guidance,
        String negativePrompt) {}
