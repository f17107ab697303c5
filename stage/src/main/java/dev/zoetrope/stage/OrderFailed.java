package dev.zoetrope.stage;

import dev.zoetrope.contracts.Problem;
import dev.zoetrope.contracts.ProblemCode;
import org.jspecify.annotations.Nullable;

/** The order cannot be carried out, and trying again does not help: its job fails. */
public final class OrderFailed extends RuntimeException implements Problem {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;

    /** @param message for the client: what was expected and what came */
    public OrderFailed(ProblemCode code, String message) {
        this(code, message, null);
    }

    public OrderFailed(ProblemCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    @Override
    public ProblemCode code() {
        return code;
    }

    @Override
    public boolean mayPass() {
        return false;
    }
}
