package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where to tell that a job has ended. */
@Schema(name = "JobWebhook")
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Webhook(
        @Schema(description = "https, on the public internet.") @NotNull @Size(min = 1, max = Limits.URL)
        String url,

        @Schema(description = "Of the webhook endpoint whose secret signs it; unsigned without.")
        @Size(min = 1, max = Limits.NAME)
        @Nullable
        String secretId) {}
