package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.zoetrope.contracts.SamplingSettings;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How a request is sampled. A null is the model's default; the operator's limit of steps is checked when the job is planned. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Sampling(
        @Schema(description = "Denoising steps; the model's default without.") @Min(1) @Nullable
        Integer steps,

        @Schema(description = "Classifier-free guidance; 1 is none.") @DecimalMin("1") @DecimalMax("100") @Nullable
        Double guidance,

        @Schema(description = "What to steer away from.") @Size(max = Limits.PROMPT) @Nullable
        String negativePrompt,

        @Schema(description = "The same seed makes the same result; drawn at random without.")
        @Min(0)
        @Max(Long.MAX_VALUE / 2)
        @Nullable
        Long seed) {
    /** The model's defaults and a seed drawn at random. */
    public static final Sampling DEFAULTS = new Sampling(null, null, null, null);

    /** Steps and scale, where they are null those of the model. */
    public SamplingSettings or(SamplingSettings defaults) {
        return new SamplingSettings(
                Objects.requireNonNullElse(steps, defaults.steps()),
                Objects.requireNonNullElse(guidance, defaults.guidance()));
    }

    /** This with another seed. */
    public Sampling withSeed(long other) {
        return new Sampling(steps, guidance, negativePrompt, other);
    }
}
