package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/videos/{id}/remix}. */
@Schema(name = "RemixVideo")
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RemixVideo(
        @Schema(description = "What is to be seen.") @NotNull @Size(min = 1, max = Limits.PROMPT)
        String prompt,

        @JsonUnwrapped @Valid Sampling sampling,

        @Schema(
                description =
                        "Have a language model rewrite the prompts into detailed captions, shown as expanded_prompt. Where the server has one.")
        @Nullable
        Boolean expandPrompt,

        @Schema(description = "Where to tell that the video has ended.") @Valid @Nullable
        Webhook webhook)
        implements GenerationRequest {}
