/** What somebody finds who opens the server's address itself. */
@NullMarked
package dev.zoetrope.gateway.welcome;

import org.jspecify.annotations.NullMarked;
