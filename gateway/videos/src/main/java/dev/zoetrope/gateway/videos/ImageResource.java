package dev.zoetrope.gateway.videos;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.zoetrope.artifacts.ArtifactException;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.contracts.request.CreateImages;
import dev.zoetrope.gateway.access.Caller;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.access.StreamTokens;
import dev.zoetrope.gateway.content.Conditions;
import dev.zoetrope.gateway.content.ContentResponses;
import dev.zoetrope.gateway.content.Disposition;
import dev.zoetrope.gateway.idempotency.Idempotency;
import dev.zoetrope.gateway.idempotency.Idempotency.Claim;
import dev.zoetrope.gateway.jobs.JobBoard;
import dev.zoetrope.gateway.jobs.JobView;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.requests.Requests;
import dev.zoetrope.gateway.videos.Videos.Origin;
import dev.zoetrope.planning.Plan;
import dev.zoetrope.planning.Resolved;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;
import org.jspecify.annotations.Nullable;

/** {@code /v1/images/generations}: as many jobs of one frame as images are asked for, answered when all are made. */
@Path("/v1/images")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Images")
public final class ImageResource {
    private final Videos videos;
    private final Admission admission;
    private final Plans planning;
    private final JobBoard board;
    private final Artifacts artifacts;
    private final ContentResponses responses;
    private final VideosConfig config;
    private final Caller caller;
    private final Traces traces;
    private final StreamTokens tokens;
    private final Idempotency idempotency;

    ImageResource(
            Videos videos,
            Admission admission,
            Plans planning,
            JobBoard board,
            Artifacts artifacts,
            ContentResponses responses,
            VideosConfig config,
            Caller caller,
            Traces traces,
            StreamTokens tokens,
            Idempotency idempotency) {
        this.videos = videos;
        this.admission = admission;
        this.planning = planning;
        this.board = board;
        this.artifacts = artifacts;
        this.responses = responses;
        this.config = config;
        this.caller = caller;
        this.traces = traces;
        this.tokens = tokens;
        this.idempotency = idempotency;
    }

    /** What was made; either the bytes or where they are. The revised prompt is the expanded one. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Image(
            @Nullable String b64Json,
            @Nullable String url,
            @Nullable String revisedPrompt) {}

    record Images(long created, List<Image> data) {}

    @POST
    @Blocking
    @Path("generations")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Make images")
    public CompletionStage<Images> generate(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = CreateImages.class)))
                    byte @Nullable [] body,
            @Context UriInfo uri) {
        return generate(Requests.read(body, CreateImages.class), uri.getBaseUri());
    }

    @POST
    @Blocking
    @Path("generations")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Make images")
    public CompletionStage<Images> generate(MultipartFormDataInput form, @Context UriInfo uri) {
        return generate(Requests.read(form, CreateImages.class), uri.getBaseUri());
    }

    private CompletionStage<Images> generate(CreateImages request, URI base) {
        Owner owner = caller.owner();
        String trace = traces.current();
        return idempotency.once(
                owner, request, JobId.image(), Images.class, claim -> generate(request, claim, owner, trace, base));
    }

    private CompletionStage<Images> generate(CreateImages request, Claim claim, Owner owner, String trace, URI base) {
        boolean inline = request.responseFormat() == CreateImages.ResponseFormat.B64_JSON;
        Resolved resolved = new Resolved(new Task.Image(), admission.admit(request, null, owner));
        int count = Objects.requireNonNullElse(request.n(), 1);
        List<Plan> plans = IntStream.range(0, count)
                .mapToObj(i -> planning.of(request.image(i), resolved))
                .toList();
        List<String> ids = IntStream.range(0, count)
                .mapToObj(i -> JobId.following(claim.id(), i))
                .toList();
        Set<String> accepted = claim.again() ? accepted(ids, owner) : Set.of();
        // One caption for all: they are to differ by their seeds alone.
        return videos.captions(plans.get(0), request)
                .thenCompose(captions -> made(
                        IntStream.range(0, count)
                                .mapToObj(i -> accepted.contains(ids.get(i))
                                        ? board.ended(ids.get(i))
                                        : videos.queue(
                                                        Videos.captioned(plans.get(i), captions),
                                                        request,
                                                        new Origin(ids.get(i), owner, null, null, trace))
                                                .thenCompose(view -> board.ended(view.id()))
                                                .toCompletableFuture())
                                .toList(),
                        inline,
                        base));
    }

    private Set<String> accepted(List<String> ids, Owner owner) {
        return ids.stream().filter(id -> videos.accepted(id, owner).isPresent()).collect(Collectors.toSet());
    }

    private CompletionStage<Images> made(List<CompletableFuture<JobView>> made, boolean inline, URI base) {
        return CompletableFuture.allOf(made.toArray(CompletableFuture[]::new))
                .orTimeout(config.imagePatience().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    throw problem(failure);
                })
                .thenApplyAsync(done -> new Images(
                        Instant.now().getEpochSecond(),
                        made.stream()
                                .map(job -> image(job.join(), inline, base))
                                .toList()));
    }

    private static RuntimeException problem(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof TimeoutException || failure instanceof TimeoutException) {
            return ApiProblem.of(504, null, "timeout", "The images were not made in time. Try again.");
        }
        return cause instanceof ApiProblem known ? known : new IllegalStateException(failure);
    }

    private Image image(JobView view, boolean inline, URI base) {
        ArtifactRef ref = require(view);
        String revised = view.spec().expandedPrompt();
        return inline
                ? new Image(Base64.getEncoder().encodeToString(read(ref)), null, revised)
                : new Image(null, url(view, base), revised);
    }

    /** As OpenAI's, it is fetched without a key. */
    private String url(JobView view, URI base) {
        String query = tokens.issue(view.id(), view.acceptance().request().owner(), Instant.now())
                .map(token -> "?token=" + token)
                .orElse("");
        return base.resolve("v1/images/" + view.id() + "/content" + query).toString();
    }

    private static ArtifactRef require(JobView view) {
        if (view.ended() instanceof Fact.JobFailed failed) {
            int status = failed.code().retryable() ? 503 : 422;
            throw ApiProblem.of(status, null, failed.code().code(), failed.message());
        }
        Fact.JobCompleted completed = view.completed();
        ArtifactRef image = completed == null ? null : completed.image();
        if (image == null) {
            throw ApiProblem.conflict("id", "image_not_ready", "There is no image of '%s'.".formatted(view.id()));
        }
        return image;
    }

    private static ArtifactRef kept(JobView view) {
        ArtifactRef image = Unready.requireCompleted(view).image();
        if (image == null) {
            throw ApiProblem.notFound("id", "'%s' is a video: it has no image.".formatted(view.id()));
        }
        return image;
    }

    private static ContentResponses.Description description(JobView view) {
        return new ContentResponses.Description(
                "image/png",
                Disposition.inline(view.id() + ".png"),
                Unready.requireCompleted(view).at());
    }

    private byte[] read(ArtifactRef ref) {
        try (InputStream in = artifacts.open(ref)) {
            return in.readAllBytes();
        } catch (ArtifactException | IOException e) {
            throw ApiProblem.unavailable("The object store is away. Try again.");
        }
    }

    @GET
    @Path("{id}/content")
    @Produces(MediaType.WILDCARD)
    @Operation(summary = "Download an image")
    public CompletionStage<Response> content(@PathParam("id") String id, @Context HttpHeaders headers) {
        Conditions conditions = Conditions.of(headers);
        return videos.find(id, caller.owner())
                .thenApplyAsync(view -> responses.of(kept(view), description(view), conditions));
    }
}
