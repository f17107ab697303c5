/**
 * From a prompt to embeddings: cleaning, tokens, and the UMT5 encoder.
 *
 * <p>The reference pads prompts to 512 tokens, masks the padding in the encoder and sets its rows to zero afterwards. Masked keys have no
 * weight, so here only a prompt's own tokens are computed and returned.
 *
 * <p>Letters: L tokens, D width of an embedding.
 */
@NullMarked
package dev.zoetrope.wan.text;

import org.jspecify.annotations.NullMarked;
