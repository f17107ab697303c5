/** Request bodies, JSON or forms, as the records of their calls. */
@NullMarked
package dev.zoetrope.gateway.requests;

import org.jspecify.annotations.NullMarked;
