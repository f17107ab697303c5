/** Prompts, from text to embeddings, against the reference. */
@NullMarked
package dev.zoetrope.wan.text;

import org.jspecify.annotations.NullMarked;
