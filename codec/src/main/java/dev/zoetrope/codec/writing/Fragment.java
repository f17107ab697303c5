package dev.zoetrope.codec.writing;

/**
 * A piece of a fragmented MP4 (CMAF chunk: {@code moof} and {@code mdat}), playable after the initialization segment.
 *
 * @param bytes are the receiver's to keep
 * @param firstFrame counted from the start of the whole video
 * @param frames in it
 * @param seconds that it lasts
 * @param independent whether a player can start with it
 */
public record Fragment(byte[] bytes, long firstFrame, int frames, double seconds, boolean independent) {}
