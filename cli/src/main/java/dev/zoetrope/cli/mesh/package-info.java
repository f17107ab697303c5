/**
 * The mesh from the command line: starts all services in one process in the background, says how they are, stops them, and has
 * videos made through the gateway as any other client does.
 */
@NullMarked
package dev.zoetrope.cli.mesh;

import org.jspecify.annotations.NullMarked;
