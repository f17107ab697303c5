package dev.zoetrope.contracts;

/** A message is not what its contract says. Reading it again does not help. */
public final class ContractException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;

    ContractException(ProblemCode code, String message) {
        super(message);
        this.code = code;
    }

    ContractException(ProblemCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** {@link ProblemCode#BAD_ORDER}, {@link ProblemCode#UNSUPPORTED_VERSION} or {@link ProblemCode#INVALID_REQUEST}. */
    public ProblemCode code() {
        return code;
    }
}
