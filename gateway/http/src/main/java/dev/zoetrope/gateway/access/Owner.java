package dev.zoetrope.gateway.access;

import dev.zoetrope.gateway.jobs.JobView;
import org.jspecify.annotations.Nullable;

/**
 * Whose jobs are seen.
 *
 * @param digest of the key; null where no keys are asked for, and then everybody is the same owner
 */
public record Owner(@Nullable String digest) {
    /** Nobody in particular. */
    public static final Owner ANYBODY = new Owner(null);

    /** Whether the job is this owner's; somebody else's does not exist for this one. */
    public boolean owns(JobView view) {
        return digest == null || digest.equals(view.acceptance().request().owner());
    }
}
