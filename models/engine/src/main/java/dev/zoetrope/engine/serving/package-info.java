/** What every service that runs models shares: where they lie, how they run, and which are in memory. */
@NullMarked
package dev.zoetrope.engine.serving;

import org.jspecify.annotations.NullMarked;
