/** The stages on both directions of the codec: frames to the segments' videos and those to the job's, and given files to frames. */
@NullMarked
package dev.zoetrope.encoder;

import org.jspecify.annotations.NullMarked;
