/** The {@code zoetrope} command. Each subcommand is a class; what it does is a package of its own. */
@NullMarked
package dev.zoetrope.cli;

import org.jspecify.annotations.NullMarked;
