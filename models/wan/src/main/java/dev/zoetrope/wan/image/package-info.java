/**
 * What the first generation of image-to-video models (Wan 2.1) sees of given pictures beside their latents: the features of a CLIP vision
 * transformer.
 *
 * <p>Letters: N pictures, L tokens of a picture, D width of a token.
 */
@NullMarked
package dev.zoetrope.wan.image;

import org.jspecify.annotations.NullMarked;
