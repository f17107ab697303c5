package dev.zoetrope.gateway.videos;

import dev.zoetrope.contracts.StreamPart;
import dev.zoetrope.gateway.access.Caller;
import dev.zoetrope.gateway.content.Conditions;
import dev.zoetrope.gateway.content.ContentResponses;
import dev.zoetrope.gateway.content.ContentResponses.Description;
import dev.zoetrope.gateway.content.ContentResponses.Slice;
import dev.zoetrope.gateway.jobs.JobView;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v1/videos/{id}/stream/…}: the pieces that a playlist names. */
@Path("/v1/videos/{id}/stream/{piece}")
@Tag(name = "Videos")
public final class FragmentResource {
    private static final String INITIALIZATION = "init.mp4";
    private static final Pattern FRAGMENT = Pattern.compile("([0-9]{1,6})-([0-9]{1,6})\\.m4s");

    private final Videos videos;
    private final Streams streams;
    private final ContentResponses responses;
    private final Caller caller;

    FragmentResource(Videos videos, Streams streams, ContentResponses responses, Caller caller) {
        this.videos = videos;
        this.streams = streams;
        this.responses = responses;
        this.caller = caller;
    }

    @GET
    @Produces(MediaType.WILDCARD)
    @Operation(summary = "A piece of a video's stream, as its playlist names it; ranges are honoured")
    public CompletionStage<Response> piece(
            @PathParam("id") String id, @PathParam("piece") String piece, @Context HttpHeaders headers) {
        Conditions conditions = Conditions.of(headers);
        return videos.find(id, caller.owner())
                .thenApplyAsync(view -> piece.equals(INITIALIZATION)
                        ? responses.of(initialization(view), new Description("video/mp4", null, null), conditions)
                        : responses.of(
                                fragment(view, piece), new Description("video/iso.segment", null, null), conditions));
    }

    private Slice initialization(JobView view) {
        StreamPart first = streams.parts(view).get(0);
        return new Slice(first.media(), 0, first.initializationBytes());
    }

    private Slice fragment(JobView view, String piece) {
        Matcher matcher = FRAGMENT.matcher(piece);
        if (!matcher.matches()) {
            throw noSuch(piece);
        }
        int index = Integer.parseInt(matcher.group(2));
        StreamPart part = streams.part(view, Integer.parseInt(matcher.group(1)))
                .filter(found -> index < found.fragments().size())
                .orElseThrow(() -> noSuch(piece));
        return new Slice(
                part.media(), part.offset(index), part.fragments().get(index).bytes());
    }

    private static ApiProblem noSuch(String piece) {
        return ApiProblem.notFound("piece", "The stream has no '%s'.".formatted(piece.length() > 64 ? "…" : piece));
    }
}
