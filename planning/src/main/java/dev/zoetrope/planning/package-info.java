/**
 * From a request to a {@link dev.zoetrope.contracts.JobSpec}: every choice is made here, once, against what the model offers. What
 * the model's grid does not admit is refused with the nearest that it does; nothing is rounded.
 */
@NullMarked
package dev.zoetrope.planning;

import org.jspecify.annotations.NullMarked;
