/**
 * Binds what clients send (JSON, forms, events) to the request records of {@code contracts}, checks it, and says what was expected
 * and what came where it does not fit.
 */
@NullMarked
package dev.zoetrope.requests;

import org.jspecify.annotations.NullMarked;
