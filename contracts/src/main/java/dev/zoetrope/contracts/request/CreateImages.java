package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/images/generations}. */
@Schema(name = "CreateImages")
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record CreateImages(
        @Schema(description = "What is to be seen.") @NotNull @Size(min = 1, max = Limits.PROMPT)
        String prompt,

        @Schema(description = "One of GET /v1/models; the server's default without.")
        @Size(min = 1, max = Limits.NAME)
        @Nullable
        String model,

        @Schema(description = "How many.", defaultValue = "1") @Min(1) @Max(10) @Nullable
        Integer n,

        @Schema(description = "Width and height in pixels, on the model's grid.", examples = "64x64")
        @Pattern(regexp = FrameSize.PATTERN, message = FrameSize.EXPECTED)
        @Nullable
        String size,

        @Schema(description = "The bytes, or where they are.", defaultValue = "url") @Nullable
        ResponseFormat responseFormat,

        @JsonUnwrapped @Valid Sampling sampling,

        @Schema(
                description =
                        "Have a language model rewrite the prompts into detailed captions, shown as expanded_prompt. Where the server has one.")
        @Nullable
        Boolean expandPrompt,

        @Schema(description = "For the client's own bookkeeping.") @Size(max = 256) @Nullable
        String user)
        implements GenerationRequest {
    /** How images are answered. */
    public enum ResponseFormat {
        @JsonProperty("url")
        URL,
        @JsonProperty("b64_json")
        B64_JSON
    }

    @Override
    public Format format() {
        return new Format(model, size, null);
    }

    /** The request of one of its images alone: each has a seed of its own. */
    public CreateImages image(int index) {
        Long seed = sampling.seed();
        if (seed == null) return this;
        Sampling own = sampling.withSeed(seed + index);
        return new CreateImages(prompt, model, n, size, responseFormat, own, expandPrompt, user);
    }
}
