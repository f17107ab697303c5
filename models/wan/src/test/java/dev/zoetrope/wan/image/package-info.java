/** Pictures as CLIP sees them. */
@NullMarked
package dev.zoetrope.wan.image;

import org.jspecify.annotations.NullMarked;
