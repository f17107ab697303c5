/** Benchmarks; each prints one JSON object. What they measure is written down in {@code docs/performance.md}. */
@NullMarked
package dev.zoetrope.bench;

import org.jspecify.annotations.NullMarked;
