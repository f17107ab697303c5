package dev.zoetrope.gateway.problems;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A request that cannot be served, with the status and the body that say so. */
public final class ApiProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String INVALID = "invalid_request_error";

    private static final int REPLACEMENT = 0xfffd;
    private static final int LONGEST_MESSAGE = 2_000;
    private static final int LONGEST_PARAM = 200;

    private final int status;
    private final String type;
    private final @Nullable String param;
    private final @Nullable String code;
    private final @Nullable Integer retryAfterSeconds;

    private ApiProblem(
            int status,
            String type,
            @Nullable String param,
            @Nullable String code,
            String message,
            @Nullable Integer retryAfterSeconds) {
        super(shown(message, LONGEST_MESSAGE), null, false, false);
        this.status = status;
        this.type = type;
        this.param = param == null ? null : shown(param, LONGEST_PARAM);
        this.code = code;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** What came is told back: cut where it is long, and without what no JSON text can hold or a terminal would obey. */
    private static String shown(String text, int most) {
        String cut = text.length() <= most ? text : text.substring(0, most) + "…";
        StringBuilder shown = new StringBuilder(cut.length());
        cut.codePoints()
                .map(point -> Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE
                        ? REPLACEMENT
                        : point)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }

    /** 400: the parameter's value cannot be made. */
    public static ApiProblem invalid(String param, String message) {
        return new ApiProblem(400, INVALID, param, "invalid_value", message, null);
    }

    /** 400: a parameter that has to be there is not. */
    public static ApiProblem missing(String param) {
        return new ApiProblem(
                400,
                INVALID,
                param,
                "missing_required_parameter",
                "Missing required parameter: '%s'.".formatted(param),
                null);
    }

    /** 400: a parameter that the call does not have. */
    public static ApiProblem unknownParameter(String param, String message) {
        return new ApiProblem(400, INVALID, param, "unknown_parameter", message, null);
    }

    /** 400: the body is not what its content type says. */
    public static ApiProblem unreadable(String message) {
        return new ApiProblem(400, INVALID, null, "unreadable_body", message, null);
    }

    /** 401. */
    public static ApiProblem unauthorized(String message) {
        return new ApiProblem(401, "authentication_error", null, "invalid_api_key", message, null);
    }

    /** 404: there is no such thing, or it is somebody else's. */
    public static ApiProblem notFound(@Nullable String param, String message) {
        return new ApiProblem(404, INVALID, param, "not_found", message, null);
    }

    /** 404: there is no such thing yet; the same request succeeds later. */
    public static ApiProblem notYet(@Nullable String param, String code, String message, int retryAfterSeconds) {
        return new ApiProblem(404, INVALID, param, code, message, retryAfterSeconds);
    }

    /** 404: no worker serves the model. */
    public static ApiProblem modelNotFound(String model, Collection<String> served) {
        return new ApiProblem(
                404,
                INVALID,
                "model",
                "model_not_found",
                "model: expected one that is served, %s, came %s"
                        .formatted(served.isEmpty() ? "of which there is none now" : String.join(", ", served), model),
                null);
    }

    /** 503: workers served the model until a while ago. */
    public static ApiProblem modelUnavailable(String model, Instant since) {
        return new ApiProblem(
                503,
                "server_error",
                "model",
                "model_unavailable",
                "model: no worker has served '%s' since %s. Try again."
                        .formatted(model, since.truncatedTo(ChronoUnit.SECONDS)),
                10);
    }

    /** 409: what is asked does not go with the state that the thing is in. */
    public static ApiProblem conflict(@Nullable String param, String code, String message) {
        return new ApiProblem(409, INVALID, param, code, message, null);
    }

    /** A request that does not go with its idempotency key. */
    public static ApiProblem idempotency(int status, String code, String message, @Nullable Integer retryAfterSeconds) {
        return new ApiProblem(status, "idempotency_error", "Idempotency-Key", code, message, retryAfterSeconds);
    }

    /** 429: too much at once. */
    public static ApiProblem tooMany(String message, int retryAfterSeconds) {
        return new ApiProblem(429, "rate_limit_error", null, "rate_limit_exceeded", message, retryAfterSeconds);
    }

    /** 503: something that the gateway needs is away; the same request may succeed later. */
    public static ApiProblem unavailable(String message) {
        return new ApiProblem(503, "server_error", null, "unavailable", message, 1);
    }

    /** Any other status. */
    public static ApiProblem of(int status, @Nullable String param, String code, String message) {
        return new ApiProblem(status, status < 500 ? INVALID : "server_error", param, code, message, null);
    }

    public int status() {
        return status;
    }

    /** The parameter that it is about; null for none. */
    public @Nullable String param() {
        return param;
    }

    /** What a client may branch on. */
    public @Nullable String code() {
        return code;
    }

    /** For {@code Retry-After}; null for no such header. */
    public @Nullable Integer retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** The body. */
    public ErrorBody body() {
        return new ErrorBody(new ErrorBody.Detail(String.valueOf(getMessage()), type, param, code));
    }
}
