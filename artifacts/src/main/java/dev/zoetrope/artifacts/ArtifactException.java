package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.Problem;
import org.jspecify.annotations.Nullable;

/** Why an artifact could not be written or read. The subclass says whether the same call may succeed later. */
public abstract sealed class ArtifactException extends RuntimeException implements Problem
        permits ArtifactMissing, ArtifactDamaged, StoreUnavailable, StoreRefused {
    private static final long serialVersionUID = 1L;

    private final String key;

    ArtifactException(String key, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.key = key;
    }

    /** The object's key, or the bucket's name where the whole bucket is concerned. */
    public String key() {
        return key;
    }

    /** Whether the same call may succeed later without anybody changing anything. */
    public abstract boolean retryHelps();

    @Override
    public boolean mayPass() {
        return retryHelps();
    }
}
