package dev.zoetrope.requests;

import java.util.Collection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A request that is not what its call takes; the message says what was expected and what came. */
public final class RequestRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final @Nullable String param;

    /** What is wrong. */
    public enum Reason {
        /** The body is not what its content type says. */
        UNREADABLE,
        /** A parameter that has to be there is not. */
        MISSING,
        /** A parameter that the call does not have. */
        UNKNOWN,
        /** A value that cannot be made. */
        INVALID
    }

    private RequestRefused(Reason reason, @Nullable String param, String message) {
        super(message, null, false, false);
        this.reason = reason;
        this.param = param;
    }

    static RequestRefused unreadable(String message) {
        return new RequestRefused(Reason.UNREADABLE, null, message);
    }

    static RequestRefused missing(String param) {
        return new RequestRefused(Reason.MISSING, param, "Missing required parameter: '%s'.".formatted(param));
    }

    static RequestRefused unknown(String param) {
        return new RequestRefused(Reason.UNKNOWN, param, "Unknown parameter: '%s'.".formatted(param));
    }

    static RequestRefused unknown(String param, Collection<String> known) {
        return new RequestRefused(
                Reason.UNKNOWN,
                param,
                "Unknown parameter: '%s'. Expected: %s.".formatted(param, String.join(", ", new TreeSet<>(known))));
    }

    static RequestRefused invalid(String param, String expected, String came) {
        return invalid(param, "%s: expected %s, came %s".formatted(param, expected, came));
    }

    static RequestRefused invalid(String param, String message) {
        return new RequestRefused(Reason.INVALID, param, message);
    }

    public Reason reason() {
        return reason;
    }

    /** The parameter's full name, {@code storyboard[1].seconds}; null for the body as a whole. */
    public @Nullable String param() {
        return param;
    }
}
