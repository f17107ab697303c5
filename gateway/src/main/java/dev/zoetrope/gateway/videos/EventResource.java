package dev.zoetrope.gateway.videos;

import dev.zoetrope.contracts.Fact;
import dev.zoetrope.gateway.access.Caller;
import dev.zoetrope.gateway.jobs.JobBoard;
import dev.zoetrope.gateway.jobs.JobView;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

/** {@code /v1/videos/{id}/events}: the video each time that something happens to it, until it has ended. */
@Path("/v1/videos/{id}/events")
@Tag(name = "Videos")
public final class EventResource {
    private static final Logger LOG = Logger.getLogger(EventResource.class);
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
    @Operation(
            summary = "Follow a video by server-sent events",
            description =
                    "video.status at once, then video.stage, video.progress, and at the end video.completed or video.failed; each has the video as data.")
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(implementation = VideoObject.class)))
    public Multi<OutboundSseEvent> follow(@PathParam("id") String id, @Context Sse sse) {
        // Looked up before the stream begins: once it has, there is no status left to say 404 with.
        return events(videos.require(id, caller.owner()).id(), sse);
    }

    private Multi<OutboundSseEvent> events(String id, Sse sse) {
        Multi<OutboundSseEvent> facts = Multi.createFrom().emitter(emitter -> follow(id, sse, emitter));
        // A comment now and then keeps what lies between from closing a silent connection.
        Multi<OutboundSseEvent> pulse = Multi.createFrom()
                .ticks()
                .every(SILENCE)
                .onOverflow()
                .drop()
                .map(tick -> sse.newEventBuilder().comment("waiting").build());
        return Multi.createBy().merging().streams(facts, pulse).select().first(event -> !"end"
                .equals(event.getComment()));
    }

    private void follow(String id, Sse sse, MultiEmitter<? super OutboundSseEvent> emitter) {
        AutoCloseable watch = board.watch(id, (view, fact) -> {
            if (view.isKnown() && view.accepted() != null) {
                emit(sse, emitter, view, name(fact));
            } else {
                emitter.complete();
            }
        });
        emitter.onTermination(() -> close(watch));
        board.find(id).ifPresentOrElse(view -> emit(sse, emitter, view, "video.status"), emitter::complete);
    }

    private void emit(Sse sse, MultiEmitter<? super OutboundSseEvent> emitter, JobView view, String name) {
        emitter.emit(sse.newEventBuilder()
                .name(name)
                .id(String.valueOf(view.offset()))
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(videos.show(view))
                .build());
        if (view.state().ended()) {
            emitter.emit(sse.newEventBuilder().comment("end").build());
            emitter.complete();
        }
    }

    private static String name(Fact fact) {
        if (fact instanceof Fact.StageProgressed) {
            return "video.progress";
        } else if (fact instanceof Fact.StageStarted || fact instanceof Fact.StageCompleted) {
            return "video.stage";
        } else if (fact instanceof Fact.JobCompleted) {
            return "video.completed";
        } else if (fact instanceof Fact.JobFailed || fact instanceof Fact.JobCancelled) {
            return "video.failed";
        }
        return "video.status";
    }

    private static void close(AutoCloseable watch) {
        try {
            watch.close();
        } catch (Exception e) {
            LOG.debugf(e, "A watch was not closable");
        }
    }
}
