/** Failures in the shape that OpenAI's clients read, whatever threw them. */
@NullMarked
package dev.zoetrope.gateway.problems;

import org.jspecify.annotations.NullMarked;
