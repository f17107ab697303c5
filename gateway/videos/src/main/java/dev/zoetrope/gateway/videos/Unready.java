package dev.zoetrope.gateway.videos;

import dev.zoetrope.contracts.Fact;
import dev.zoetrope.gateway.jobs.JobView;
import dev.zoetrope.gateway.problems.ApiProblem;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Content that is not there, in one way for all of it: 404 with the video's status and progress. Clients of the protocol know that,
 * and the stock ones would send the same request again and again after 409.
 */
final class Unready {
    private static final int LONGEST_PAUSE_SECONDS = 10;

    private Unready() {}

    /** @throws ApiProblem 404 unless it has ended well */
    static Fact.JobCompleted requireCompleted(JobView view) {
        Fact.JobCompleted done = view.completed();
        if (done != null) {
            return done;
        }
        String kind = view.spec().makesImage() ? "image" : "video";
        throw of(view, kind + "_not_ready", "Its content is there when it is completed.", "It has no content.");
    }

    /**
     * What to throw.
     *
     * @param code while it may still come
     * @param yet said while it may still come
     * @param never said when it will not
     */
    static ApiProblem of(JobView view, String code, String yet, String never) {
        String kind = view.spec().makesImage() ? "image" : "video";
        if (view.state().ended()) {
            String reason = view.ended() instanceof Fact.JobFailed failed
                    ? failed.code().code()
                    : view.state().label();
            return ApiProblem.of(
                    404,
                    "id",
                    kind + "_failed",
                    "The %s '%s' has the status failed (%s). %s".formatted(kind, view.id(), reason, never));
        }
        return ApiProblem.notYet(
                "id",
                code,
                "The %s '%s' has the status %s and the progress %d. %s"
                        .formatted(kind, view.id(), view.state().label(), view.percent(), yet),
                pause(view.remaining(Instant.now())));
    }

    private static int pause(@Nullable Duration remaining) {
        return remaining == null ? 1 : (int) Math.max(1, Math.min(LONGEST_PAUSE_SECONDS, remaining.toSeconds()));
    }
}
