/** A second family, and all that it takes: this folder, and one line in {@code META-INF/services}. It makes pictures of a label. */
@NullMarked
package dev.zoetrope.labels;

import org.jspecify.annotations.NullMarked;
