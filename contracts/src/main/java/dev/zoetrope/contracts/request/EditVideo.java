package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/videos/edits}. */
@Schema(name = "EditVideo")
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record EditVideo(
        @Schema(description = "What is to be seen.") @NotNull @Size(min = 1, max = Limits.PROMPT)
        String prompt,

        @Schema(description = "A completed video's id, or an upload.") @NotNull @Valid
        VideoReference video,

        @Schema(description = "0 leaves the video as it is, 1 keeps nothing of it; 0.7 without.")
        @DecimalMin("0")
        @DecimalMax("1")
        @Nullable
        Double strength,

        @JsonUnwrapped @Valid Format format,

        @JsonUnwrapped @Valid Sampling sampling,

        @Schema(
                description =
                        "Have a language model rewrite the prompts into detailed captions, shown as expanded_prompt. Where the server has one.")
        @Nullable
        Boolean expandPrompt,

        @Schema(description = "Where to tell that the video has ended.") @Valid @Nullable
        Webhook webhook)
        implements GenerationRequest {
    /** The strength where none is said. */
    public static final double DEFAULT_STRENGTH = 0.7;
}
