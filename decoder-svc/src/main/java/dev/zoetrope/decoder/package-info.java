/** The stages on both directions of the video autoencoder: latents to frames, and given or earlier frames to latents. */
@NullMarked
package dev.zoetrope.decoder;

import org.jspecify.annotations.NullMarked;
