/** Small records that clients keep here, each owner's apart, and pages of the lists of them. */
@NullMarked
package dev.zoetrope.gateway.records;

import org.jspecify.annotations.NullMarked;
