package dev.zoetrope.engine;

import dev.zoetrope.contracts.ProblemCode;

/** A checkpoint that cannot be loaded: a file or config that is missing, damaged, or says what was not expected. The message names file and key. Trying again helps only with other files, as another worker may have. */
public final class InvalidModel extends ModelException {
    private static final long serialVersionUID = 1L;

    public InvalidModel(String message) {
        super(ProblemCode.STAGE_FAILED, true, message, null);
    }

    public InvalidModel(String message, Throwable cause) {
        super(ProblemCode.STAGE_FAILED, true, message, cause);
    }
}
