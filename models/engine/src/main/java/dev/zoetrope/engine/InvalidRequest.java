package dev.zoetrope.engine;

import dev.zoetrope.contracts.ProblemCode;
import org.jspecify.annotations.Nullable;

/** The client asks for what the model cannot make. The message names the field. Trying again does not help. */
public final class InvalidRequest extends ModelException {
    private static final long serialVersionUID = 1L;

    public InvalidRequest(String message) {
        super(ProblemCode.INVALID_REQUEST, false, message, null);
    }

    /** Throws with the field, what was expected and what came, unless it fits. */
    public static void unless(boolean fits, String field, String expected, @Nullable Object came) {
        if (!fits) throw new InvalidRequest(expected(field, expected, came));
    }
}
