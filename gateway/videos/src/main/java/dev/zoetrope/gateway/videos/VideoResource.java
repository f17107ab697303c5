package dev.zoetrope.gateway.videos;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.request.ConnectVideos;
import dev.zoetrope.contracts.request.CreateCharacter;
import dev.zoetrope.contracts.request.CreateVideo;
import dev.zoetrope.contracts.request.EditVideo;
import dev.zoetrope.contracts.request.ExtendVideo;
import dev.zoetrope.contracts.request.GenerationRequest;
import dev.zoetrope.contracts.request.RemixVideo;
import dev.zoetrope.gateway.access.Caller;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.content.Conditions;
import dev.zoetrope.gateway.content.ContentResponses;
import dev.zoetrope.gateway.content.Disposition;
import dev.zoetrope.gateway.idempotency.Idempotency;
import dev.zoetrope.gateway.jobs.JobView;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.records.Page;
import dev.zoetrope.gateway.requests.Requests;
import dev.zoetrope.gateway.videos.Videos.Origin;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;
import org.jspecify.annotations.Nullable;

/** The calls under {@code /v1/videos}. */
@Path("/v1/videos")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Videos")
public final class VideoResource {
    private static final int USUAL = 20;
    private static final int MOST = 100;

    private final Videos videos;
    private final VideoMaking making;
    private final Characters characters;
    private final ContentResponses responses;
    private final Caller caller;
    private final Traces traces;
    private final Idempotency idempotency;

    VideoResource(
            Videos videos,
            VideoMaking making,
            Characters characters,
            ContentResponses responses,
            Caller caller,
            Traces traces,
            Idempotency idempotency) {
        this.videos = videos;
        this.making = making;
        this.characters = characters;
        this.responses = responses;
        this.caller = caller;
        this.traces = traces;
        this.idempotency = idempotency;
    }

    @POST
    @Blocking
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Create a video")
    public CompletionStage<RestResponse<VideoObject>> create(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = CreateVideo.class)))
                    byte @Nullable [] body) {
        return once(Requests.read(body, CreateVideo.class), null, making::create);
    }

    @POST
    @Blocking
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Create a video")
    public CompletionStage<RestResponse<VideoObject>> create(MultipartFormDataInput form) {
        return once(Requests.read(form, CreateVideo.class), null, making::create);
    }

    @POST
    @Blocking
    @Path("{id}/remix")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Make a video anew after another prompt")
    public CompletionStage<RestResponse<VideoObject>> remix(
            @PathParam("id") String id,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = RemixVideo.class)))
                    byte @Nullable [] body) {
        return once(Requests.read(body, RemixVideo.class), id, (request, origin) -> making.remix(id, request, origin));
    }

    @POST
    @Blocking
    @Path("{id}/remix")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Make a video anew after another prompt")
    public CompletionStage<RestResponse<VideoObject>> remix(@PathParam("id") String id, MultipartFormDataInput form) {
        return once(Requests.read(form, RemixVideo.class), id, (request, origin) -> making.remix(id, request, origin));
    }

    @POST
    @Blocking
    @Path("edits")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Change a video by a prompt")
    public CompletionStage<RestResponse<VideoObject>> edit(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = EditVideo.class)))
                    byte @Nullable [] body) {
        return once(Requests.read(body, EditVideo.class), null, making::edit);
    }

    @POST
    @Blocking
    @Path("edits")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Change a video by a prompt")
    public CompletionStage<RestResponse<VideoObject>> edit(MultipartFormDataInput form) {
        return once(Requests.read(form, EditVideo.class), null, making::edit);
    }

    @POST
    @Blocking
    @Path("extensions")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Go on from a video, or lead up to it")
    public CompletionStage<RestResponse<VideoObject>> extend(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = ExtendVideo.class)))
                    byte @Nullable [] body) {
        return once(Requests.read(body, ExtendVideo.class), null, making::extend);
    }

    @POST
    @Blocking
    @Path("extensions")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Go on from a video, or lead up to it")
    public CompletionStage<RestResponse<VideoObject>> extend(MultipartFormDataInput form) {
        return once(Requests.read(form, ExtendVideo.class), null, making::extend);
    }

    @POST
    @Blocking
    @Path("connections")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Join two videos by a passage")
    public CompletionStage<RestResponse<VideoObject>> connect(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_JSON,
                                            schema = @Schema(implementation = ConnectVideos.class)))
                    byte @Nullable [] body) {
        return once(Requests.read(body, ConnectVideos.class), null, making::connect);
    }

    @POST
    @Blocking
    @Path("connections")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Join two videos by a passage")
    public CompletionStage<RestResponse<VideoObject>> connect(MultipartFormDataInput form) {
        return once(Requests.read(form, ConnectVideos.class), null, making::connect);
    }

    @POST
    @Blocking
    @Path("characters")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Keep a character, to name in later videos")
    public CharacterObject createCharacter(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.MULTIPART_FORM_DATA,
                                            schema = @Schema(implementation = CreateCharacter.class)))
                    MultipartFormDataInput form) {
        CreateCharacter request = Requests.read(form, CreateCharacter.class);
        Owner owner = caller.owner();
        return idempotency.now(
                owner,
                request,
                JobId.next(Characters.PREFIX),
                CharacterObject.class,
                claim -> CharacterObject.of(characters.keep(claim.id(), request, owner)));
    }

    @GET
    @Blocking
    @Path("characters/{id}")
    @Operation(summary = "Retrieve a character")
    public CharacterObject getCharacter(@PathParam("id") String id) {
        return CharacterObject.of(characters.require(caller.owner(), id, "id"));
    }

    private <T extends GenerationRequest> CompletionStage<RestResponse<VideoObject>> once(
            T request, @Nullable String remixedFrom, BiFunction<T, Origin, CompletionStage<JobView>> make) {
        Owner owner = caller.owner();
        String trace = traces.current();
        return idempotency
                .once(owner, request, JobId.video(), VideoObject.class, claim -> {
                    Optional<JobView> accepted = claim.again() ? videos.accepted(claim.id(), owner) : Optional.empty();
                    return accepted.<CompletionStage<JobView>>map(CompletableFuture::completedFuture)
                            .orElseGet(
                                    () -> make.apply(request, new Origin(claim.id(), owner, remixedFrom, null, trace)))
                            .thenApply(videos::show);
                })
                .thenApply(VideoResource::answer);
    }

    @GET
    @Operation(summary = "List videos, newest first unless order says otherwise")
    public CompletionStage<VideoList> list(
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("order") @Nullable String order,
            @QueryParam("after") @Nullable String after) {
        boolean newestFirst = Page.order(order, "desc").equals("desc");
        return videos.list(Page.cursor(after, "video"), Page.limit(limit, 0, USUAL, MOST), newestFirst, caller.owner());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Retrieve a video")
    public CompletionStage<RestResponse<VideoObject>> get(@PathParam("id") String id) {
        return videos.find(id, caller.owner()).thenApply(this::answer);
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Delete a video that has ended, and what it made")
    public CompletionStage<Map<String, Object>> delete(@PathParam("id") String id) {
        return videos.delete(id, caller.owner())
                .thenApply(done -> Map.of("id", id, "deleted", true, "object", "video.deleted"));
    }

    @POST
    @Blocking
    @Path("{id}/cancel")
    @Operation(summary = "Stop a video at the next step")
    public CompletionStage<RestResponse<VideoObject>> cancel(@PathParam("id") String id) {
        return videos.cancel(id, caller.owner()).thenApply(this::answer);
    }

    @GET
    @Path("{id}/content")
    @Produces(MediaType.WILDCARD)
    @Operation(summary = "Download the video, its thumbnail or its sprite sheet; ranges are honoured")
    public CompletionStage<Response> content(
            @PathParam("id") String id, @QueryParam("variant") @Nullable String variant, @Context HttpHeaders headers) {
        Variant wanted = Variant.of(variant);
        Conditions conditions = Conditions.of(headers);
        return videos.find(id, caller.owner())
                .thenApply(Unready::requireCompleted)
                .thenApplyAsync(done -> responses.of(wanted.of(done), wanted.description(done), conditions));
    }

    private RestResponse<VideoObject> answer(JobView view) {
        return answer(videos.show(view));
    }

    private static RestResponse<VideoObject> answer(VideoObject video) {
        RestResponse.ResponseBuilder<VideoObject> response = RestResponse.ResponseBuilder.ok(video);
        if (!video.hasEnded()) {
            response.header("openai-poll-after-ms", pollAfterMillis(video.etaSeconds()));
        }
        return response.build();
    }

    /** A tenth of what is left: late by at most that, and a long job is not asked about all the time. */
    private static long pollAfterMillis(@Nullable Long etaSeconds) {
        return etaSeconds == null ? 1_000 : Math.min(10_000, Math.max(250, etaSeconds * 100));
    }

    /** What can be downloaded. */
    private enum Variant {
        VIDEO("video/mp4", ".mp4"),
        THUMBNAIL("image/webp", "-thumbnail.webp"),
        SPRITESHEET("image/jpeg", "-spritesheet.jpg");

        private final String mediaType;
        private final String ending;

        Variant(String mediaType, String ending) {
            this.mediaType = mediaType;
            this.ending = ending;
        }

        ContentResponses.Description description(Fact.JobCompleted done) {
            return new ContentResponses.Description(mediaType, Disposition.inline(done.job() + ending), done.at());
        }

        static Variant of(@Nullable String text) {
            if (text == null) {
                return VIDEO;
            }
            if (!Set.of("video", "thumbnail", "spritesheet").contains(text)) {
                throw ApiProblem.invalid("variant", "variant: expected video, thumbnail or spritesheet, came " + text);
            }
            return valueOf(text.toUpperCase(Locale.ROOT));
        }

        ArtifactRef of(Fact.JobCompleted done) {
            ArtifactRef ref =
                    switch (this) {
                        case VIDEO -> done.video();
                        case THUMBNAIL -> done.thumbnail();
                        case SPRITESHEET -> done.spritesheet();
                    };
            if (ref == null) {
                throw ApiProblem.notFound("variant", "The video has no %s.".formatted(name().toLowerCase(Locale.ROOT)));
            }
            return ref;
        }
    }
}
