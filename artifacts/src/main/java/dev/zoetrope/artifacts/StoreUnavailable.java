package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.ProblemCode;
import org.jspecify.annotations.Nullable;

/** The store cannot be reached, broke off, or asks for patience. The same call may succeed later. */
public final class StoreUnavailable extends ArtifactException {
    private static final long serialVersionUID = 1L;

    StoreUnavailable(String key, String message, @Nullable Throwable cause) {
        super(key, message, cause);
    }

    @Override
    public boolean retryHelps() {
        return true;
    }

    @Override
    public ProblemCode code() {
        return ProblemCode.STORE_UNAVAILABLE;
    }
}
