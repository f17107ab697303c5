package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/webhook_endpoints/{id}/rotate_secret}. */
@Schema(name = "RotateWebhookSecret")
public record RotateWebhookSecret(
        @JsonProperty("keep_old_secret_active_for_24_hours")
        @Schema(description = "Sign with both for a day.")
        @Nullable
        Boolean keepOldSecret) {}
