/** Who calls. */
@NullMarked
package dev.zoetrope.gateway.access;

import org.jspecify.annotations.NullMarked;
