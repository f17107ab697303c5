package dev.zoetrope.gateway.videos;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.gateway.access.Caller;
import dev.zoetrope.gateway.content.Delivery;
import dev.zoetrope.gateway.fields.Fields;
import dev.zoetrope.gateway.fields.Forms;
import dev.zoetrope.gateway.jobs.JobState;
import dev.zoetrope.gateway.jobs.JobView;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.videos.Videos.Origin;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
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
    private static final int DEFAULT_LIMIT = 20;

    private final Videos videos;
    private final VideoMaking making;
    private final Characters characters;
    private final Delivery delivery;
    private final Caller caller;
    private final Traces traces;

    VideoResource(
            Videos videos, VideoMaking making, Characters characters, Delivery delivery, Caller caller, Traces traces) {
        this.videos = videos;
        this.making = making;
        this.characters = characters;
        this.delivery = delivery;
        this.caller = caller;
        this.traces = traces;
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
                                            schema = @Schema(implementation = Bodies.Create.class)))
                    byte @Nullable [] body) {
        return create(Fields.ofJson(body));
    }

    @POST
    @Blocking
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Create a video")
    public CompletionStage<RestResponse<VideoObject>> create(MultipartFormDataInput form) {
        return create(Forms.read(form));
    }

    private CompletionStage<RestResponse<VideoObject>> create(Fields fields) {
        return making.create(fields, origin(null)).thenApply(this::answer);
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
                                            schema = @Schema(implementation = Bodies.Remix.class)))
                    byte @Nullable [] body) {
        return making.remix(id, Fields.ofJson(body), origin(id)).thenApply(this::answer);
    }

    @POST
    @Blocking
    @Path("{id}/remix")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Make a video anew after another prompt")
    public CompletionStage<RestResponse<VideoObject>> remix(@PathParam("id") String id, MultipartFormDataInput form) {
        return making.remix(id, Forms.read(form), origin(id)).thenApply(this::answer);
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
                                            schema = @Schema(implementation = Bodies.Edit.class)))
                    byte @Nullable [] body) {
        return making.edit(Fields.ofJson(body), origin(null)).thenApply(this::answer);
    }

    @POST
    @Blocking
    @Path("edits")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Change a video by a prompt")
    public CompletionStage<RestResponse<VideoObject>> edit(MultipartFormDataInput form) {
        return making.edit(Forms.read(form), origin(null)).thenApply(this::answer);
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
                                            schema = @Schema(implementation = Bodies.Extend.class)))
                    byte @Nullable [] body) {
        return making.extend(Fields.ofJson(body), origin(null)).thenApply(this::answer);
    }

    @POST
    @Blocking
    @Path("extensions")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Go on from a video, or lead up to it")
    public CompletionStage<RestResponse<VideoObject>> extend(MultipartFormDataInput form) {
        return making.extend(Forms.read(form), origin(null)).thenApply(this::answer);
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
                                            schema = @Schema(implementation = Bodies.Connect.class)))
                    byte @Nullable [] body) {
        return making.connect(Fields.ofJson(body), origin(null)).thenApply(this::answer);
    }

    @POST
    @Blocking
    @Path("connections")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Join two videos by a passage")
    public CompletionStage<RestResponse<VideoObject>> connect(MultipartFormDataInput form) {
        return making.connect(Forms.read(form), origin(null)).thenApply(this::answer);
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
                                            schema = @Schema(implementation = Bodies.KeepCharacter.class)))
                    MultipartFormDataInput form) {
        return CharacterObject.of(characters.keep(Forms.read(form), caller.owner()));
    }

    @GET
    @Blocking
    @Path("characters/{id}")
    @Operation(summary = "Retrieve a character")
    public CharacterObject getCharacter(@PathParam("id") String id) {
        return CharacterObject.of(characters.require(caller.owner(), id, "id"));
    }

    private Origin origin(@Nullable String remixedFrom) {
        return new Origin(caller.owner(), remixedFrom, null, traces.current());
    }

    @GET
    @Operation(summary = "List videos, newest first unless order says otherwise")
    public CompletionStage<VideoList> list(
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("order") @Nullable String order,
            @QueryParam("after") @Nullable String after) {
        if (order != null && !order.equals("asc") && !order.equals("desc")) {
            throw ApiProblem.invalid("order", "order: expected asc or desc, came " + order);
        }
        return videos.list(after, limit(limit), !"asc".equals(order), caller.owner());
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
            @PathParam("id") String id,
            @QueryParam("variant") @Nullable String variant,
            @HeaderParam("Range") @Nullable String range,
            @HeaderParam("If-None-Match") @Nullable String ifNoneMatch) {
        Variant wanted = Variant.of(variant);
        return videos.find(id, caller.owner())
                .thenApply(view -> wanted.of(completed(view)))
                .thenApplyAsync(ref -> delivery.of(ref, wanted.mediaType(), range, ifNoneMatch));
    }

    private static Fact.JobCompleted completed(JobView view) {
        Fact.JobCompleted done = view.completed();
        if (done != null) {
            return done;
        }
        if (view.state() == JobState.FAILED || view.state() == JobState.CANCELLED) {
            throw ApiProblem.conflict(
                    "id", "video_failed", "The video '%s' failed: it has no content.".formatted(view.id()));
        }
        throw ApiProblem.conflict(
                "id",
                "video_not_ready",
                "The video '%s' is %s: its content is there when it is completed."
                        .formatted(view.id(), view.state().label()));
    }

    private RestResponse<VideoObject> answer(JobView view) {
        VideoObject video = videos.show(view);
        RestResponse.ResponseBuilder<VideoObject> response = RestResponse.ResponseBuilder.ok(video);
        if (!view.state().ended()) {
            response.header("openai-poll-after-ms", pollAfterMillis(video.etaSeconds()));
        }
        return response.build();
    }

    /** A tenth of what is left: late by at most that, and a long job is not asked about all the time. */
    private static long pollAfterMillis(@Nullable Long etaSeconds) {
        return etaSeconds == null ? 1_000 : Math.min(10_000, Math.max(250, etaSeconds * 100));
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > 100) {
            throw ApiProblem.invalid("limit", "limit: expected a whole number from 0 to 100, came " + text);
        }
        return Integer.parseInt(text);
    }

    /** What can be downloaded. */
    private enum Variant {
        VIDEO("video/mp4"),
        THUMBNAIL("image/webp"),
        SPRITESHEET("image/jpeg");

        private final String mediaType;

        Variant(String mediaType) {
            this.mediaType = mediaType;
        }

        String mediaType() {
            return mediaType;
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
