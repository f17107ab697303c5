/** Frames and segments to files and streams: H.264 and AV1 in MP4, fragments with their playlist, pictures. */
@NullMarked
package dev.zoetrope.codec.writing;

import org.jspecify.annotations.NullMarked;
