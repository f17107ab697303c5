/** Files to frames by libav: containers, packets, decoded frames at the rate and the size asked for. */
@NullMarked
package dev.zoetrope.codec.reading;

import org.jspecify.annotations.NullMarked;
