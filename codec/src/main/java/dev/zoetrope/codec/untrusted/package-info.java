/** What somebody sent, read in a child process that can be killed: this side of it and the child's. */
@NullMarked
package dev.zoetrope.codec.untrusted;

import org.jspecify.annotations.NullMarked;
