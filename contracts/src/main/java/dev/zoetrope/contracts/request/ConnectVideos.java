package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/videos/connections}. */
@Schema(name = "ConnectVideos")
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ConnectVideos(
        @Schema(description = "What is to be seen.") @NotNull @Size(min = 1, max = Limits.PROMPT)
        String prompt,

        @Schema(description = "What the passage begins with: a completed video's id, or an upload.") @NotNull @Valid
        VideoReference from,

        @Schema(description = "What it ends with, of the same size and rate.") @NotNull @Valid
        VideoReference to,

        @Schema(
                type = SchemaType.STRING,
                description = "The passage's length, as text; either this or frames.",
                examples = "2")
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @Positive
        @Digits(integer = 6, fraction = 6)
        @Nullable
        BigDecimal seconds,

        @Schema(description = "The passage's length in frames, instead of seconds.") @Min(1) @Nullable
        Integer frames,

        @JsonUnwrapped @Valid Format format,

        @JsonUnwrapped @Valid Sampling sampling,

        @Schema(
                description =
                        "Have a language model rewrite the prompts into detailed captions, shown as expanded_prompt. Where the server has one.")
        @Nullable
        Boolean expandPrompt,

        @Schema(description = "Where to tell that the video has ended.") @Valid @Nullable
        Webhook webhook)
        implements GenerationRequest {}
