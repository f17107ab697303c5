/** Bytes out of the object store, whole or in ranges. */
@NullMarked
package dev.zoetrope.gateway.content;

import org.jspecify.annotations.NullMarked;
