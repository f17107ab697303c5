package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.constraints.NotNull;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** {@code POST /v1/webhook_endpoints/{id}/test}. */
@Schema(name = "TestWebhookEndpoint")
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record TestWebhookEndpoint(@NotNull WebhookEvent eventType) {}
