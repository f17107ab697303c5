package dev.zoetrope.gateway.problems;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever is thrown into the one error shape. What is not the client's doing is logged and not told. */
final class ProblemMappers {
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int CONFLICT = 409;
    private static final String BAD_MEDIA_TYPE = "Failed to parse media type";
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    private final RequestIds ids;
    private final AllowedMethods allowed;

    ProblemMappers(RequestIds ids, AllowedMethods allowed) {
        this.ids = ids;
        this.allowed = allowed;
    }

    @ServerExceptionMapper
    Response known(ApiProblem problem) {
        Response.ResponseBuilder response = Response.status(problem.status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(problem.body());
        if (problem.status() == BodyLimit.TOO_LARGE) {
            // What is left of the body is not read.
            response.header("Connection", "close");
        }
        Integer retryAfter = problem.retryAfterSeconds();
        if (problem.status() == CONFLICT) {
            // The stock SDKs send a request again after 409 unless they are told that it will not help.
            response.header("x-should-retry", retryAfter != null);
        }
        return (retryAfter == null ? response : response.header("Retry-After", retryAfter)).build();
    }

    @ServerExceptionMapper
    Response framework(WebApplicationException e, UriInfo uri) {
        int status = e.getResponse().getStatus();
        if (status < 400) {
            return e.getResponse();
        }
        String reason = Response.Status.fromStatusCode(status) == null
                ? "status_" + status
                : Response.Status.fromStatusCode(status).name().toLowerCase(Locale.ROOT);
        Response told = known(ApiProblem.of(status, null, reason, message(status, uri)));
        return status == METHOD_NOT_ALLOWED
                ? Response.fromResponse(told)
                        .header("Allow", allowed.of(uri.getPath()))
                        .build()
                : told;
    }

    /** The framework throws these while it reads a body; what the gateway itself reads and writes fails by other names. */
    @ServerExceptionMapper
    Response unreadable(IOException e) {
        LOG.debug("A body was not readable", e);
        return known(ApiProblem.unreadable("body: expected a whole and well-formed body, came a broken one"));
    }

    @ServerExceptionMapper
    Response unexpected(Throwable e, UriInfo uri) {
        if (e instanceof IllegalArgumentException
                && String.valueOf(e.getMessage()).startsWith(BAD_MEDIA_TYPE)) {
            return known(ApiProblem.of(415, null, "unsupported_media_type", message(415, uri)));
        }
        LOG.errorf(e, "A request failed inside the gateway: request=%s path=%s", ids.current(), uri.getPath());
        return known(ApiProblem.of(500, null, "internal_error", "The server failed on this request. Try again."));
    }

    private static String message(int status, UriInfo uri) {
        String path = uri.getPath();
        return switch (status) {
            case 404 -> "There is no path '%s'. GET / says what there is.".formatted(path);
            case 405 -> "The path '%s' does not have this method: Allow says which it has.".formatted(path);
            case 406 -> "The path '%s' does not answer in the media type that Accept asks for.".formatted(path);
            case 413 -> "The body is larger than the server takes.";
            case 415 ->
                "The path '%s' does not take this Content-Type. Send application/json or multipart/form-data."
                        .formatted(path);
            default -> "The request could not be served.";
        };
    }
}
