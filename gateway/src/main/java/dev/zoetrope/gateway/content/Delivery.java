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

    /**
     * The response: 200, 206, 304 or 416.
     *
     * @param range the header, as the client sent it
     * @param ifNoneMatch the header, as the client sent it
     * @throws ApiProblem 404 when the artifact is gone, 503 when the store is away
     */
    public Response of(ArtifactRef ref, String type, @Nullable String range, @Nullable String ifNoneMatch) {
        String tag = "\"" + ref.sha256() + "\"";
        if (ifNoneMatch != null && (ifNoneMatch.contains(tag) || ifNoneMatch.equals("*"))) {
            return Response.notModified().header("ETag", tag).build();
        }
        try {
            Optional<ByteRange> part = ByteRange.parse(range, ref.bytes());
            Response.ResponseBuilder response = part.isEmpty()
                    ? whole(ref)
                    : Response.status(206)
                            .entity(open(ref, part.get()))
                            .header("Content-Range", part.get().of(ref.bytes()))
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
                    "Range: expected one within %d bytes, came %s".formatted(ref.bytes(), range));
            return Response.status(416)
                    .type("application/json")
                    .header("Content-Range", "bytes */" + ref.bytes())
                    .entity(problem.body())
                    .build();
        }
    }

    private Response.ResponseBuilder whole(ArtifactRef ref) {
        return Response.ok(open(ref, new ByteRange(0, ref.bytes()))).header("Content-Length", ref.bytes());
    }

    private InputStream open(ArtifactRef ref, ByteRange part) {
        try {
            return ref.bytes() == 0
                    ? InputStream.nullInputStream()
                    : artifacts.open(ref.key(), part.from(), part.length());
        } catch (ArtifactMissing e) {
            throw ApiProblem.notFound(null, "The content is no longer kept.");
        } catch (StoreUnavailable e) {
            throw ApiProblem.unavailable("The object store is away. Try again.");
        }
    }
}
