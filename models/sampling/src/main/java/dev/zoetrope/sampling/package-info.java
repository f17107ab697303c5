/**
 * From noise to latents: the schedule of noise levels, the solvers that step along it, and the sampler loop.
 *
 * <p>Flow matching: a sample is {@code x = (1-σ)·x0 + σ·ε}, the network predicts the velocity {@code v = ε - x0}, so
 * {@code x0 = x - σ·v}. σ falls from about 1 (noise) to 0 (clean). Everything here is elementwise: latent frames never mix.
 *
 * <table>
 * <caption>Letters</caption>
 * <tr><td>n</td><td>number of steps</td></tr>
 * <tr><td>i</td><td>a step, 0 to n-1; σ_n is 0</td></tr>
 * <tr><td>α</td><td>1-σ</td></tr>
 * <tr><td>λ</td><td>log α - log σ, half the log of the signal-to-noise ratio</td></tr>
 * <tr><td>h</td><td>difference of λ over a step</td></tr>
 * <tr><td>m</td><td>the x0 that the network predicted</td></tr>
 * </table>
 */
@NullMarked
package dev.zoetrope.sampling;

import org.jspecify.annotations.NullMarked;
