package dev.zoetrope.contracts;

import org.jspecify.annotations.Nullable;

/**
 * An exception that knows what a client is to be told. Whatever does not implement this is our own fault: {@link
 * ProblemCode#STAGE_FAILED}, never {@link ProblemCode#INVALID_REQUEST}.
 */
public interface Problem {
    ProblemCode code();

    /** What was expected and what came, for the client. */
    @Nullable
    String getMessage();

    /** Whether the same work may succeed when it is tried again, here or on another worker. */
    boolean mayPass();
}
