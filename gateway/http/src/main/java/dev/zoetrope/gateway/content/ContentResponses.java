package dev.zoetrope.gateway.content;

import dev.zoetrope.artifacts.ArtifactMissing;
import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.artifacts.StoreUnavailable;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers with an artifact, whole, in a range, or not at all when the client has it: RFC 9110 §13 and §14. */
@Singleton
public final class ContentResponses {
    // Two digits for the day, which the JDK's own form has not.
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final BucketArtifacts artifacts;

    ContentResponses(BucketArtifacts artifacts) {
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

    /**
     * What the client is told of the bytes.
     *
     * @param mediaType {@code video/mp4}
     * @param disposition how a browser is to keep it; null for no such header
     * @param modified when it was made; null where that is not known
     */
    public record Description(
            String mediaType,
            @Nullable Disposition disposition,
            @Nullable Instant modified) {}

    /** As {@link #of(Slice, Description, Conditions)}, of a whole artifact. */
    public Response of(ArtifactRef ref, Description description, Conditions conditions) {
        return of(Slice.whole(ref), description, conditions);
    }

    /**
     * The response: 200, 206, 304, 412 or 416.
     *
     * @throws ApiProblem 404 when the artifact is gone, 503 when the store is away
     */
    public Response of(Slice slice, Description description, Conditions conditions) {
        return switch (conditions.verdict(slice.tag(), description.modified())) {
            case DELIVER -> delivered(slice, description, conditions.range());
            case DELIVER_WHOLE -> delivered(slice, description, null);
            case NOT_MODIFIED -> validated(Response.notModified(), slice, description);
            case PRECONDITION_FAILED ->
                throw ApiProblem.of(
                        412,
                        null,
                        "precondition_failed",
                        "If-Match, If-Unmodified-Since: expected this content, which has the ETag %s"
                                .formatted(slice.tag()));
        };
    }

    private Response delivered(Slice slice, Description description, @Nullable String range) {
        try {
            Optional<ByteRange> part = ByteRange.parse(range, slice.bytes());
            Response.ResponseBuilder response = part.isEmpty()
                    ? whole(slice)
                    : Response.status(206)
                            .entity(open(slice, part.get()))
                            .header("Content-Range", part.get().of(slice.bytes()))
                            .header("Content-Length", part.get().length());
            Disposition disposition = description.disposition();
            if (disposition != null) {
                response.header("Content-Disposition", disposition.header());
            }
            return validated(response.type(description.mediaType()), slice, description);
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

    private static Response validated(Response.ResponseBuilder response, Slice slice, Description description) {
        Instant modified = description.modified();
        if (modified != null) {
            response.header("Last-Modified", DATE.format(modified));
        }
        return response.header("Accept-Ranges", "bytes")
                .header("ETag", slice.tag())
                .header("Cache-Control", "private, max-age=86400, immutable")
                .header("X-Content-Type-Options", "nosniff")
                .build();
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
