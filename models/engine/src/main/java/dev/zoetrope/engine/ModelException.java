package dev.zoetrope.engine;

import dev.zoetrope.contracts.Problem;
import dev.zoetrope.contracts.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * Why a model cannot do what it was asked, by cause. The message says what was expected and what came. Any other exception of a model
 * is a bug.
 */
public abstract sealed class ModelException extends RuntimeException implements Problem
        permits InvalidModel,
                InvalidRequest,
                NoSuchModel,
                OutOfDeviceMemory,
                ProgramFailed,
                StaleCheckpoint,
                UnfitTensor {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final boolean mayPass;

    ModelException(ProblemCode code, boolean mayPass, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.mayPass = mayPass;
    }

    @Override
    public final ProblemCode code() {
        return code;
    }

    @Override
    public final boolean mayPass() {
        return mayPass;
    }

    static String expected(String field, String expected, @Nullable Object came) {
        return field + ": expected " + expected + ", but " + came + " came";
    }
}
