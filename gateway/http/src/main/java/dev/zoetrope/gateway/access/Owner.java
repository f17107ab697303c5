package dev.zoetrope.gateway.access;

import org.jspecify.annotations.Nullable;

/**
 * Whose jobs are seen.
 *
 * @param digest of the key; null where no keys are asked for, and then everybody is the same owner
 */
public record Owner(@Nullable String digest) {
    /** Nobody in particular. */
    public static final Owner ANYBODY = new Owner(null);

    /**
     * Whether what another owner has is this one's; somebody else's does not exist for this one.
     *
     * @param other the digest of its owner's key; null where it is nobody's
     */
    public boolean owns(@Nullable String other) {
        return digest == null || digest.equals(other);
    }
}
