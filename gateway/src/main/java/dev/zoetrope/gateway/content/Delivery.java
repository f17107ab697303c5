package dev.zoetrope.gateway.content;

import dev.zoetrope.artifacts.ArtifactMissing;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.artifacts.StoreUnavailable;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers with an artifact, whole, in a range, or not at all when the client has it. */
@Singleton
public final class Delivery {
    private final Artifacts artifacts;

    Delivery(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    /** A piece of an artifact that is delivered as if it were a file of its own. */
    public record Slice(ArtifactRef ref, long offset, long bytes) {
        static Slice whole(ArtifactRef ref) {
            return new Slice(ref, 0, ref.bytes());
        }

        String tag() {
            return bytes == ref.bytes() ? "\"" + ref.sha256() + "\"" : "\"" + ref.sha256() + "-" + offset + "\"";
        }
    }

    /** As {@link #of(Slice, String, String, String)}, of a whole artifact. */
    public Response of(ArtifactRef ref, String type, @Nullable String range, @Nullable String ifNoneMatch) {
        return of(Slice.whole(ref), type, range, ifNoneMatch);
    }

    /**
     * The response: 200, 206, 304 or 416.
     *
     * @param range the header, as the client sent it
     * @param ifNoneMatch the header, as the client sent it
     * @throws ApiProblem 404 when the artifact is gone, 503 when the store is away
     */
    public Response of(Slice slice, String type, @Nullable String range, @Nullable String ifNoneMatch) {
        String tag = slice.tag();
        if (ifNoneMatch != null && (ifNoneMatch.contains(tag) || ifNoneMatch.equals("*"))) {
            return Response.notModified().header("ETag", tag).build();
        }
        try {
            Optional<ByteRange> part = ByteRange.parse(range, slice.bytes());
            Response.ResponseBuilder response = part.isEmpty()
                    ? whole(slice)
                    : Response.status(206)
                            .entity(open(slice, part.get()))
                            .header("Content-Range", part.get().of(slice.bytes()))
                            .header("Content-Length", part.get().length());
            return response.type(type)
                    .header("Accept-Ranges", "bytes")
                    .header("ETag", tag)
                    .header("Cache-Control", "private, max-age=86400, immutable")
                    .build();
        } catch (ByteRange.Unsatisfiable e) {
            ApiProblem problem = ApiProblem.of(
                    416,
                    "Range",
                    "range_not_satisfiable",
                    "Range: expected one within %d bytes, came %s".formatted(slice.bytes(), range));
            return Response.status(416)
                    .type("application/json")
                    .header("Content-Range", "bytes */" + slice.bytes())
                    .entity(problem.body())
                    .build();
        }
    }

    private Response.ResponseBuilder whole(Slice slice) {
        return Response.ok(open(slice, new ByteRange(0, slice.bytes()))).header("Content-Length", slice.bytes());
    }

    private InputStream open(Slice slice, ByteRange part) {
        try {
            return slice.bytes() == 0
                    ? InputStream.nullInputStream()
                    : artifacts.open(slice.ref().key(), slice.offset() + part.from(), part.length());
        } catch (ArtifactMissing e) {
            throw ApiProblem.notFound(null, "The content is no longer kept.");
        } catch (StoreUnavailable e) {
            throw ApiProblem.unavailable("The object store is away. Try again.");
        }
    }
}
