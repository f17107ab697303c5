/**
 * What runs a model and what a model offers.
 *
 * <p>{@link dev.zoetrope.engine.ModelFamily} is what a family of checkpoints gives to the stages: a text encoder, a denoiser and a
 * video autoencoder, all speaking {@link dev.zoetrope.tensors.HostTensor}. The rest of this package is what families are built
 * from: TorchScript programs packed in memory, weights mapped from safetensors, tokenizers and devices.
 *
 * <p>Letters of shapes: B batch, C latent channels, F latent frames, T pixel frames, H and W height and width (of latents beside F,
 * of pixels beside T), L tokens, D width of an embedding.
 */
@NullMarked
package dev.zoetrope.engine;

import org.jspecify.annotations.NullMarked;
