package dev.zoetrope.engine;

import dev.zoetrope.contracts.ProblemCode;

/** There is no model of this name here. */
public final class NoSuchModel extends ModelException {
    private static final long serialVersionUID = 1L;

    public NoSuchModel(String message) {
        super(ProblemCode.MODEL_NOT_FOUND, false, message, null);
    }
}
