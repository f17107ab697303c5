/** Schedules and solvers by their properties. */
@NullMarked
package dev.zoetrope.wan.sampling;

import org.jspecify.annotations.NullMarked;
