/** The stage that turns embeddings, and what is known of a video, into latents. */
@NullMarked
package dev.zoetrope.denoiser;

import org.jspecify.annotations.NullMarked;
