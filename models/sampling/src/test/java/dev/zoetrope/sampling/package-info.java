/** Schedules and solvers by their properties. */
@NullMarked
package dev.zoetrope.sampling;

import org.jspecify.annotations.NullMarked;
