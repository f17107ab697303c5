package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** {@code POST /v1/webhook_endpoints}. */
@Schema(
        name = "CreateWebhookEndpoint",
        description = "An https address on the public internet, and what it is to be told of.")
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record CreateWebhookEndpoint(
        @NotNull @Size(min = 1, max = 256) String name,
        @NotNull @Size(min = 1, max = Limits.URL) String url,
        @NotNull @Size(min = 1, max = Limits.EVENTS) List<WebhookEvent> eventTypes) {}
