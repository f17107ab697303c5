/**
 * The causal video autoencoder of Wan 2.1 and 2.2: frames to latents and back, streaming in time, optionally in tiles of space.
 *
 * <p>The network is the TorchScript program {@code vae.py} beside {@link dev.zoetrope.wan.vae.WanAutoencoder}; it follows diffusers
 * 0.40, {@code autoencoder_kl_wan.py}. Every convolution in time looks only back, so a video may be cut anywhere: each layer
 * remembers the last frames of the slice before, and the result is that of the whole video at once.
 *
 * <p>Letters of shapes: T pixel frames, F latent frames, H and W height and width, C channels.
 */
@NullMarked
package dev.zoetrope.wan.vae;

import org.jspecify.annotations.NullMarked;
