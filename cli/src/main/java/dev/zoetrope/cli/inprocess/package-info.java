/**
 * Videos without a mesh: requests are read, planned and carried out by the mesh's own code in this process, with a temporary folder
 * for a store.
 */
@NullMarked
package dev.zoetrope.cli.inprocess;

import org.jspecify.annotations.NullMarked;
