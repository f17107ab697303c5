/** Examples that know nothing of Zoetrope but its address. */
@NullMarked
package dev.zoetrope.clients;

import org.jspecify.annotations.NullMarked;
