/**
 * What a process takes from the machine that it runs on and must not depend on: the locale, and the folders that libraries
 * unpack their native code to.
 */
@NullMarked
package dev.zoetrope.machine;

import org.jspecify.annotations.NullMarked;
