/** Runs folders of golden cases, whatever kinds they are of, and prints how far we are from the reference. */
@NullMarked
package dev.zoetrope.wan.golden;

import org.jspecify.annotations.NullMarked;
