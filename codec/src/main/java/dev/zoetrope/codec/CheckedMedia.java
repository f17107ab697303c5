package dev.zoetrope.codec;

/**
 * A file of which every picture that a target asks for was decoded.
 *
 * @param description what it is
 * @param frames how many frames of the target's rate it has
 */
public record CheckedMedia(MediaDescription description, long frames) {}
