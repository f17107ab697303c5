/**
 * Tensors as plain bytes, and the safetensors file format. What crosses a process boundary is one of these; nothing here knows of
 * a network, a broker or a native library.
 */
@NullMarked
package dev.zoetrope.tensors;

import org.jspecify.annotations.NullMarked;
