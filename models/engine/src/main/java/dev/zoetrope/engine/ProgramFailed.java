package dev.zoetrope.engine;

import dev.zoetrope.contracts.ProblemCode;

/** The native library reported an error while a program ran: a bug, or a device that fails. */
public final class ProgramFailed extends ModelException {
    private static final long serialVersionUID = 1L;

    public ProgramFailed(String message) {
        super(ProblemCode.STAGE_FAILED, true, message, null);
    }

    public ProgramFailed(String message, Throwable cause) {
        super(ProblemCode.STAGE_FAILED, true, message, cause);
    }
}
