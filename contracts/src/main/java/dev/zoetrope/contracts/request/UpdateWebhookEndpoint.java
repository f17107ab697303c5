package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/webhook_endpoints/{id}}. */
@Schema(name = "UpdateWebhookEndpoint", description = "What is not there stays.")
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record UpdateWebhookEndpoint(
        @Size(min = 1, max = 256) @Nullable String name,
        @Size(min = 1, max = Limits.URL) @Nullable String url,
        @Size(min = 1, max = Limits.EVENTS) @Nullable List<WebhookEvent> eventTypes) {}
