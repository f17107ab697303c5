/**
 * The Wan diffusion transformer: latents, timesteps and a prompt's embeddings to the velocity of flow matching.
 *
 * <p>The network is {@code transformer.py}, whose head is the legend of its letters.
 */
@NullMarked
package dev.zoetrope.wan.transformer;

import org.jspecify.annotations.NullMarked;
