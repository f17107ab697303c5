package dev.zoetrope.gateway.videos;

import dev.zoetrope.contracts.Fact;
import dev.zoetrope.gateway.access.Caller;
import dev.zoetrope.gateway.jobs.JobBoard;
import dev.zoetrope.gateway.jobs.JobState;
import dev.zoetrope.gateway.jobs.JobView;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.jspecify.annotations.Nullable;

/** {@code /v1/videos/{id}/events}: the video each time that something happens to it, until it has ended. */
@Path("/v1/videos/{id}/events")
@Tag(name = "Videos")
public final class EventResource {
    private static final Logger LOG = Logger.getLogger(EventResource.class);
    /** The id of each last event, and the comment behind it. */
    private static final String END = "end";

    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final Videos videos;
    private final JobBoard board;
    private final Caller caller;

    EventResource(Videos videos, JobBoard board, Caller caller) {
        this.videos = videos;
        this.board = board;
        this.caller = caller;
    }

    @GET
    @Blocking
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ResponseHeader(name = "Cache-Control", value = "no-cache")
    @ResponseHeader(name = "X-Accel-Buffering", value = "no")
    @Operation(
            summary = "Follow a video by server-sent events",
            description =
                    "video.status at once, then video.stage, video.progress, and at the end video.completed or video.failed; each has the"
                            + " video as data. Where it has ended already, the end follows at once. A client that comes back with the"
                            + " Last-Event-ID of the end is answered 204, at which an EventSource stops. Of a video that is deleted"
                            + " meanwhile the end is video.deleted. What a slow client has not taken yet is told by the newest state alone.")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(implementation = VideoObject.class)))
    @APIResponse(responseCode = "204", description = "The client has seen the end.")
    public Multi<OutboundSseEvent> follow(
            @PathParam("id") String id, @HeaderParam("Last-Event-ID") @Nullable String lastEventId, @Context Sse sse) {
        // Looked up before the stream begins: once it has, there is no status left to say 404 with.
        JobView view = videos.require(id, caller.owner());
        if (END.equals(lastEventId) && view.state().ended()) {
            throw new WebApplicationException(Response.noContent().build());
        }
        return events(view.id(), sse);
    }

    private Multi<OutboundSseEvent> events(String id, Sse sse) {
        Multi<OutboundSseEvent> facts = Multi.createFrom()
                .<OutboundSseEvent>emitter(emitter -> follow(id, sse, emitter), BackPressureStrategy.LATEST)
                .onCompletion()
                .continueWith(sse.newEventBuilder().comment(END).build());
        // A comment now and then keeps what lies between from closing a silent connection.
        Multi<OutboundSseEvent> pulse = Multi.createFrom()
                .ticks()
                .every(SILENCE)
                .onOverflow()
                .drop()
                .map(tick -> sse.newEventBuilder().comment("waiting").build());
        return Multi.createBy()
                .merging()
                .streams(facts, pulse)
                .select()
                .first(event -> !END.equals(event.getComment()));
    }

    private void follow(String id, Sse sse, MultiEmitter<? super OutboundSseEvent> emitter) {
        AutoCloseable watch = board.watch(id, (view, fact) -> emit(sse, emitter, view, fact.match(NAME)));
        emitter.onTermination(() -> close(watch));
        board.find(id)
                .ifPresentOrElse(
                        view -> {
                            emit(sse, emitter, view, "video.status", String.valueOf(view.offset()));
                            if (view.state().ended()) {
                                emit(sse, emitter, view, end(view), END);
                                emitter.complete();
                            }
                        },
                        () -> deleted(sse, emitter, id));
    }

    private void emit(Sse sse, MultiEmitter<? super OutboundSseEvent> emitter, JobView view, String name) {
        if (view.state() == JobState.DELETED || !view.isKnown()) {
            deleted(sse, emitter, view.id());
        } else if (view.state().ended()) {
            emit(sse, emitter, view, end(view), END);
            emitter.complete();
        } else {
            emit(sse, emitter, view, name, String.valueOf(view.offset()));
        }
    }

    private void emit(
            Sse sse, MultiEmitter<? super OutboundSseEvent> emitter, JobView view, String name, String eventId) {
        emitter.emit(sse.newEventBuilder()
                .name(name)
                .id(eventId)
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(videos.show(view))
                .build());
    }

    private static void deleted(Sse sse, MultiEmitter<? super OutboundSseEvent> emitter, String id) {
        emitter.emit(sse.newEventBuilder()
                .name("video.deleted")
                .id(END)
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(Map.of("id", id, "deleted", true, "object", "video.deleted"))
                .build());
        emitter.complete();
    }

    private static String end(JobView view) {
        return view.state() == JobState.COMPLETED ? "video.completed" : "video.failed";
    }

    /** The name of the event of a fact that the video goes on after. */
    private static final Fact.Cases<String> NAME = new Fact.Cases<>() {
        @Override
        public String jobAccepted(Fact.JobAccepted fact) {
            return "video.status";
        }

        @Override
        public String stageStarted(Fact.StageStarted fact) {
            return "video.stage";
        }

        @Override
        public String stageProgressed(Fact.StageProgressed fact) {
            return "video.progress";
        }

        @Override
        public String stageCompleted(Fact.StageCompleted fact) {
            return "video.stage";
        }

        @Override
        public String jobCompleted(Fact.JobCompleted fact) {
            return "video.status";
        }

        @Override
        public String jobFailed(Fact.JobFailed fact) {
            return "video.status";
        }

        @Override
        public String jobCancelled(Fact.JobCancelled fact) {
            return "video.status";
        }

        @Override
        public String jobDeleted(Fact.JobDeleted fact) {
            return "video.status";
        }

        @Override
        public String webhookSettled(Fact.WebhookSettled fact) {
            return "video.status";
        }
    };

    private static void close(AutoCloseable watch) {
        try {
            watch.close();
        } catch (Exception e) {
            LOG.debugf(e, "A watch was not closable");
        }
    }
}
