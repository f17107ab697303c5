/**
 * Frames to video and back. Frames are {@code U8 [t, H, W, 3]} tensors of full-range sRGB; a video is an MP4 with one H.264 (or
 * AV1) track tagged BT.709 limited range, its {@code moov} first.
 *
 * <p>What we made ourselves is read in this process ({@link dev.zoetrope.codec.reading.VideoReader}). What somebody sent is read in a
 * child process that can be killed ({@link dev.zoetrope.codec.untrusted.UntrustedMediaReader}), because libav cannot be interrupted and a
 * damaged file may take it, and the process around it, down.
 *
 * <p>Symbols: {@code t} frames of a chunk, {@code H} and {@code W} height and width in pixels, the last axis red, green, blue.
 */
@NullMarked
package dev.zoetrope.codec;

import org.jspecify.annotations.NullMarked;
