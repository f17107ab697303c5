/**
 * The Wan family of video models: Wan 2.1 and 2.2 checkpoints in Hugging Face diffusers layout, and {@code toybox}, which has their
 * layout.
 *
 * <p>Follows diffusers 0.40 ({@code transformer_wan.py}, {@code autoencoder_kl_wan.py}, {@code scheduling_unipc_multistep.py}) and
 * transformers 5.17 ({@code modeling_umt5.py}).
 */
@NullMarked
package dev.zoetrope.wan;

import org.jspecify.annotations.NullMarked;
