package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.ProblemCode;
import org.jspecify.annotations.Nullable;

/** The object's bytes are not those that its reference names. A retry reads the same bytes again and does not help. */
public final class ArtifactDamaged extends ArtifactException {
    private static final long serialVersionUID = 1L;

    ArtifactDamaged(String key, String message, @Nullable Throwable cause) {
        super(key, message, cause);
    }

    @Override
    public boolean retryHelps() {
        return false;
    }

    @Override
    public ProblemCode code() {
        return ProblemCode.ARTIFACT_CORRUPT;
    }
}
