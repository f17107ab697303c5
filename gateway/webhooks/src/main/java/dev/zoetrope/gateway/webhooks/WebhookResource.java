package dev.zoetrope.gateway.webhooks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.request.CreateWebhookEndpoint;
import dev.zoetrope.contracts.request.RotateWebhookSecret;
import dev.zoetrope.contracts.request.TestWebhookEndpoint;
import dev.zoetrope.contracts.request.UpdateWebhookEndpoint;
import dev.zoetrope.contracts.request.WebhookEvent;
import dev.zoetrope.gateway.access.Caller;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.idempotency.Idempotency;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.records.Page;
import dev.zoetrope.gateway.requests.Requests;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** {@code /v1/webhook_endpoints}. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Webhooks")
public final class WebhookResource {
    private static final int USUAL = 20;
    private static final int MOST = 100;

    private final Endpoints endpoints;
    private final WebhookSender sender;
    private final Caller caller;
    private final Idempotency idempotency;

    WebhookResource(Endpoints endpoints, WebhookSender sender, Caller caller, Idempotency idempotency) {
        this.endpoints = endpoints;
        this.sender = sender;
        this.caller = caller;
        this.idempotency = idempotency;
    }

    /** As OpenAI's clients read it; the secret only when it is new. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record EndpointObject(
            String id,
            String object,
            String name,
            String url,
            List<String> eventTypes,
            long createdAt,
            long updatedAt,
            String signingSecretHint,
            @Nullable String signingSecret) {
        static EndpointObject of(Endpoint endpoint, boolean withSecret) {
            return new EndpointObject(
                    endpoint.id(),
                    "webhook_endpoint",
                    endpoint.name(),
                    endpoint.url(),
                    endpoint.eventTypes(),
                    endpoint.createdAt() / 1000,
                    endpoint.updatedAt(),
                    endpoint.hint(),
                    withSecret ? endpoint.secret() : null);
        }
    }

    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record EndpointList(
            String object,
            List<EndpointObject> data,
            @Nullable String firstId,
            @Nullable String lastId,
            boolean hasMore) {}

    @POST
    @Path("webhook_endpoints")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Create a webhook endpoint; the answer has its secret, and no other will")
    public EndpointObject create(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = CreateWebhookEndpoint.class)))
                    byte @Nullable [] body) {
        CreateWebhookEndpoint request = Requests.read(body, CreateWebhookEndpoint.class);
        Owner owner = caller.owner();
        return idempotency.now(
                owner,
                request,
                JobId.next(Endpoints.PREFIX),
                EndpointObject.class,
                claim -> create(owner, claim.id(), request));
    }

    private EndpointObject create(Owner owner, String id, CreateWebhookEndpoint request) {
        sender.requireDeliverable(request.url(), "url");
        List<String> types = labels(request.eventTypes());
        return EndpointObject.of(endpoints.create(owner, id, request.name(), request.url(), types), true);
    }

    @GET
    @Path("webhook_endpoints")
    @Operation(summary = "List webhook endpoints")
    public EndpointList list(
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("after") @Nullable String after,
            @QueryParam("order") @Nullable String order) {
        Page<Endpoint> page = Page.of(
                endpoints.all(caller.owner()),
                Endpoint::id,
                Endpoints.PREFIX,
                new Page.Query(limit, order, after),
                "asc",
                USUAL,
                MOST);
        return new EndpointList(
                "list",
                page.entries().stream()
                        .map(endpoint -> EndpointObject.of(endpoint, false))
                        .toList(),
                page.firstId(),
                page.lastId(),
                page.hasMore());
    }

    @GET
    @Path("webhook_endpoints/{id}")
    @Operation(summary = "Retrieve a webhook endpoint")
    public EndpointObject get(@PathParam("id") String id) {
        return EndpointObject.of(endpoints.require(caller.owner(), id, "id"), false);
    }

    @POST
    @Path("webhook_endpoints/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Update a webhook endpoint")
    public EndpointObject update(
            @PathParam("id") String id,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = UpdateWebhookEndpoint.class)))
                    byte @Nullable [] body) {
        Endpoint endpoint = endpoints.require(caller.owner(), id, "id");
        UpdateWebhookEndpoint request = Requests.read(body, UpdateWebhookEndpoint.class);
        String url = request.url();
        List<WebhookEvent> types = request.eventTypes();
        if (url != null) {
            sender.requireDeliverable(url, "url");
        }
        Endpoint updated = endpoint.with(
                Objects.requireNonNullElse(request.name(), endpoint.name()),
                url == null ? endpoint.url() : url,
                types == null ? endpoint.eventTypes() : labels(types),
                Instant.now().getEpochSecond());
        endpoints.put(caller.owner(), updated);
        return EndpointObject.of(updated, false);
    }

    @DELETE
    @Path("webhook_endpoints/{id}")
    @Operation(summary = "Delete a webhook endpoint")
    public Map<String, Object> delete(@PathParam("id") String id) {
        endpoints.delete(caller.owner(), id);
        return Map.of("id", id, "object", "webhook_endpoint.deleted", "deleted", true);
    }

    @POST
    @Path("webhook_endpoints/{id}/rotate_secret")
    @Operation(summary = "Sign with a new secret from now on; the answer has it, and no other will")
    public EndpointObject rotate(
            @PathParam("id") String id,
            @RequestBody(
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = RotateWebhookSecret.class)))
                    byte @Nullable [] body) {
        RotateWebhookSecret request = Requests.readIfAny(body, RotateWebhookSecret.class);
        Owner owner = caller.owner();
        return idempotency.now(owner, request, id, EndpointObject.class, claim -> rotate(owner, id, request));
    }

    private EndpointObject rotate(Owner owner, String id, RotateWebhookSecret request) {
        Endpoint endpoint = endpoints.require(owner, id, "id");
        boolean keep = Boolean.TRUE.equals(request.keepOldSecret());
        Endpoint rotated =
                endpoint.withSecret(Endpoints.newSecret(), keep, Instant.now().getEpochSecond());
        endpoints.put(owner, rotated);
        return EndpointObject.of(rotated, true);
    }

    @POST
    @Path("webhook_endpoints/{id}/test")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Send a sample event and say how the endpoint answered")
    public Map<String, Object> test(
            @PathParam("id") String id,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = TestWebhookEndpoint.class)))
                    byte @Nullable [] body) {
        Endpoint endpoint = endpoints.require(caller.owner(), id, "id");
        String type = Requests.read(body, TestWebhookEndpoint.class).eventType().label();
        long now = Instant.now().getEpochSecond();
        WebhookMessage sample = WebhookMessage.of(type, now, "video_sample", endpoint.id() + "/" + Instant.now());
        try {
            int status =
                    sender.send(endpoint.url(), endpoint.secrets(now), sample).join();
            return Map.of(
                    "object",
                    "webhook_endpoint.test",
                    "event_type",
                    type,
                    "status_code",
                    status,
                    "success",
                    true,
                    "webhook_endpoint_id",
                    endpoint.id());
        } catch (CompletionException e) {
            throw ApiProblem.conflict(null, "endpoint_unreachable", "The endpoint did not answer.");
        }
    }

    @GET
    @Path("webhook_event_types")
    @Operation(summary = "List the types of events")
    public Map<String, Object> types() {
        return Map.of("object", "list", "data", labels(List.of(WebhookEvent.values())));
    }

    private static List<String> labels(List<WebhookEvent> events) {
        return events.stream().map(WebhookEvent::label).distinct().toList();
    }
}
