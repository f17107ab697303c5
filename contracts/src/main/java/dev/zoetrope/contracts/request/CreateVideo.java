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
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/videos}, and the event that asks for the same. */
@Schema(name = "CreateVideo")
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record CreateVideo(
        @Schema(description = "What is to be seen.") @NotNull @Size(min = 1, max = Limits.PROMPT)
        String prompt,

        @JsonUnwrapped @Valid Format format,

        @Schema(
                type = SchemaType.STRING,
                description = "The length, as text: a multiple of the model's temporal factor over fps.",
                examples = "4")
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @Positive
        @Digits(integer = 6, fraction = 6)
        @Nullable
        BigDecimal seconds,

        @Schema(description = "The first frame.") @Valid @Nullable
        ImageReference inputReference,

        @Schema(description = "The last frame.") @Valid @Nullable
        ImageReference lastFrame,

        @Schema(description = "The exact length in frames, instead of seconds.") @Min(1) @Nullable
        Integer frames,

        @JsonUnwrapped @Valid Sampling sampling,

        @Schema(description = "Whether the last frame flows into the first.") @Nullable
        Boolean loop,

        @Schema(
                description =
                        "Shots instead of one; a form sends a JSON text or storyboard[][prompt], storyboard[][seconds], storyboard[][cut].")
        @Size(min = 1)
        @Nullable
        List<@Valid Shot> storyboard,

        @Schema(description = "Kept characters that are to be seen; a form sends a JSON text or characters[][id].")
        @Size(min = 1, max = Limits.CHARACTERS)
        @Nullable
        List<@Valid CharacterReference> characters,

        @Schema(
                description =
                        "Have a language model rewrite the prompts into detailed captions, shown as expanded_prompt. Where the server has one.")
        @Nullable
        Boolean expandPrompt,

        @Schema(description = "Where to tell that the video has ended.") @Valid @Nullable
        Webhook webhook)
        implements GenerationRequest {}
