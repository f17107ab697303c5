package dev.zoetrope.engine;

import dev.zoetrope.contracts.ProblemCode;
import org.jspecify.annotations.Nullable;

/** A tensor that does not fit the network: made by another model, or a bug. No client can do anything about it. */
public final class UnfitTensor extends ModelException {
    private static final long serialVersionUID = 1L;

    public UnfitTensor(String message) {
        super(ProblemCode.STAGE_FAILED, true, message, null);
    }

    /** Throws with the field, what was expected and what came, unless it fits. */
    public static void unless(boolean fits, String field, String expected, @Nullable Object came) {
        if (!fits) throw new UnfitTensor(expected(field, expected, came));
    }
}
