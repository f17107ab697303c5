package dev.zoetrope.engine;

import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.tensors.HostTensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One picture or video, or one window of a longer video, to denoise. Every task is a choice of these parameters.
 *
 * @param frames pixel frames T, {@code temporalFactor * k + 1}; 1 is a still image
 * @param height in pixels
 * @param width in pixels
 * @param prompt from the model's {@link TextEncoder}; null for a model that reads no text
 * @param negativePrompt of what to steer away from; null where {@code sampling} does not use it
 * @param conditioning at most one of each kind
 * @param sampling steps and scale
 * @param seed the noise's seed; the same on every machine and device
 * @param noise F32 {@code [C, F, H, W]} to start from instead of the seed's; null in all but comparisons with a reference
 */
public record DenoisingRequest(
        int frames,
        int height,
        int width,
        @Nullable Embeddings prompt,
        @Nullable Embeddings negativePrompt,
        List<Conditioning> conditioning,
        SamplingSettings sampling,
        long seed,
        @Nullable HostTensor noise) {
    public DenoisingRequest {
        conditioning = List.copyOf(conditioning);
        if (conditioning.stream().map(Object::getClass).distinct().count() < conditioning.size()) {
            throw new IllegalArgumentException(
                    "conditioning: expected at most one of each kind, but " + conditioning + " came");
        }
    }

    /** What the request gives of this kind. */
    public <C extends Conditioning> Optional<C> given(Class<C> kind) {
        return conditioning.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    /**
     * For a denoiser to call first.
     *
     * @param kinds that it can use
     * @throws InvalidRequest for any other
     */
    public void allowOnly(Set<Class<? extends Conditioning>> kinds) {
        for (Conditioning given : conditioning) {
            InvalidRequest.unless(
                    kinds.contains(given.getClass()),
                    "conditioning",
                    "for this model only "
                            + kinds.stream().map(Class::getSimpleName).sorted().collect(Collectors.joining(", ")),
                    given.getClass().getSimpleName());
        }
    }

    /** The checks that are the same for every model: strength 0 to 1, and a negative prompt where it is used. */
    public void checkRanges() {
        double strength = strength();
        InvalidRequest.unless(strength >= 0 && strength <= 1, "strength", "0 to 1", strength);
        InvalidRequest.unless(
                prompt == null || !sampling.usesNegativePrompt() || negativePrompt != null,
                "negativePrompt",
                "embeddings, which the settings use",
                "none");
    }

    /** Of what is to be edited; 1 where nothing is. */
    public double strength() {
        return given(Conditioning.Source.class)
                .map(Conditioning.Source::strength)
                .orElse(1.0);
    }
}
