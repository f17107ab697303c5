/** Still pictures taken apart in Java, down to the coded pixels, and brought to sRGB. */
@NullMarked
package dev.zoetrope.codec.pictures;

import org.jspecify.annotations.NullMarked;
