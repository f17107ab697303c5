@NullMarked
package dev.zoetrope.wan.vae;

import org.jspecify.annotations.NullMarked;
