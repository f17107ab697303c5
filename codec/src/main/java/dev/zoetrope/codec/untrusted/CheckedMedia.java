package dev.zoetrope.codec.untrusted;

import dev.zoetrope.codec.MediaDescription;

/**
 * A file of which every picture that a target asks for was decoded.
 *
 * @param description what it is
 * @param frames how many frames of the target's rate it has
 */
public record CheckedMedia(MediaDescription description, long frames) {}
