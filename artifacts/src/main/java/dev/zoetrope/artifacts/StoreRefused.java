package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.ProblemCode;
import org.jspecify.annotations.Nullable;

/** The store answers, and says no: wrong keys, no such bucket, not allowed. A retry does not help until somebody changes that. */
public final class StoreRefused extends ArtifactException {
    private static final long serialVersionUID = 1L;

    StoreRefused(String key, String message, @Nullable Throwable cause) {
        super(key, message, cause);
    }

    @Override
    public boolean retryHelps() {
        return false;
    }

    @Override
    public ProblemCode code() {
        return ProblemCode.STAGE_FAILED;
    }

    /** Another worker may have the rights that this one lacks. */
    @Override
    public boolean mayPass() {
        return true;
    }
}
