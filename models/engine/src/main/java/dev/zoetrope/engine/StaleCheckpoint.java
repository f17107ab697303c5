package dev.zoetrope.engine;

import dev.zoetrope.contracts.ProblemCode;

/** A checkpoint of another run: of another model, size, number of steps or release. The run has to start anew. */
public final class StaleCheckpoint extends ModelException {
    private static final long serialVersionUID = 1L;

    public StaleCheckpoint(String message) {
        super(ProblemCode.STAGE_FAILED, true, message, null);
    }
}
