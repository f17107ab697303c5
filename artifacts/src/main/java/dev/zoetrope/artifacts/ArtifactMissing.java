package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.ProblemCode;
import org.jspecify.annotations.Nullable;

/** There is no object of this key: never written, deleted, or past its retention. A retry does not help. */
public final class ArtifactMissing extends ArtifactException {
    private static final long serialVersionUID = 1L;

    ArtifactMissing(String key, String message, @Nullable Throwable cause) {
        super(key, message, cause);
    }

    @Override
    public boolean retryHelps() {
        return false;
    }

    @Override
    public ProblemCode code() {
        return ProblemCode.ARTIFACT_MISSING;
    }
}
