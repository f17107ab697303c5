/** The models that workers say they serve. */
@NullMarked
package dev.zoetrope.gateway.models;

import org.jspecify.annotations.NullMarked;
