package dev.zoetrope.gateway.videos;

import dev.zoetrope.codec.writing.HlsPlaylist;
import dev.zoetrope.contracts.StreamPart;
import dev.zoetrope.gateway.access.Caller;
import dev.zoetrope.gateway.jobs.JobView;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** {@code /v1/videos/{id}/stream.m3u8}: what of a video can be played already, as HLS. */
@Path("/v1/videos/{id}/stream.m3u8")
@Tag(name = "Videos")
public final class PlaylistResource {
    /** Longer than any fragment of the encoder; must not change while a playlist grows. */
    private static final int TARGET_SECONDS = 2;

    private final Videos videos;
    private final Streams streams;
    private final Caller caller;

    PlaylistResource(Videos videos, Streams streams, Caller caller) {
        this.videos = videos;
        this.streams = streams;
        this.caller = caller;
    }

    @GET
    @Produces(MediaType.WILDCARD)
    @Operation(
            summary = "Play a video by HLS while later parts are still being made",
            description =
                    "A playlist that grows as parts are done, and ends when the video does. Until there is a part, 404 with "
                            + "the code stream_not_ready and Retry-After; a video's stream_url is null as long. Where keys are set, "
                            + "stream_url carries a token, for players that send no headers.")
    public CompletionStage<Response> playlist(@PathParam("id") String id, @QueryParam("token") @Nullable String token) {
        return videos.find(id, caller.owner()).thenApplyAsync(view -> playlist(view, token));
    }

    private Response playlist(JobView view, @Nullable String token) {
        String query = token == null ? "" : "?token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
        // What the view says was so before the store is asked: a playlist that ends has every part.
        boolean ended = view.state().ended();
        List<HlsPlaylist.Segment> segments = new ArrayList<>();
        for (StreamPart part : streams.parts(view)) {
            for (int i = 0; i < part.fragments().size(); i++) {
                String uri = "stream/%d-%d.m4s%s".formatted(part.part(), i, query);
                segments.add(new HlsPlaylist.Segment(uri, part.seconds(i)));
            }
        }
        String text = new HlsPlaylist("stream/init.mp4" + query, segments, TARGET_SECONDS, ended).render();
        return Response.ok(text)
                .type(HlsPlaylist.MEDIA_TYPE)
                .header("Cache-Control", ended ? "private, max-age=3600" : "no-cache")
                .build();
    }
}
