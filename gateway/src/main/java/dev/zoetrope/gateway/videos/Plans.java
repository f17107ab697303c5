package dev.zoetrope.gateway.videos;

import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.planning.Plan;
import dev.zoetrope.planning.PlanRefused;
import dev.zoetrope.planning.Planner;
import dev.zoetrope.planning.Wish;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.function.Supplier;

/** Plans jobs; what cannot be made is an {@link ApiProblem}. */
@Singleton
final class Plans {
    private final Planner planner;

    Plans(Planner planner) {
        this.planner = planner;
    }

    /** @throws ApiProblem 400 that names the parameter */
    Plan of(Wish wish, ModelOffered model) {
        return of(wish, model, Map.of());
    }

    /**
     * @param lengths pixel frames of each given video at the job's rate
     * @throws ApiProblem 400 that names the parameter
     */
    Plan of(Wish wish, ModelOffered model, Map<Role, Integer> lengths) {
        return translated(() -> planner.plan(wish, model, lengths));
    }

    /**
     * The size and rate of the wish's video.
     *
     * @throws ApiProblem 400 that names the parameter
     */
    VideoFormat format(Wish wish, ModelOffered model) {
        Wish.Size size = translated(() -> planner.size(wish.size(), model));
        return VideoFormat.of(size.width(), size.height(), translated(() -> Planner.framesPerSecond(wish, model)));
    }

    private static <T> T translated(Supplier<T> planning) {
        try {
            return planning.get();
        } catch (PlanRefused e) {
            throw e.came() == null
                    ? ApiProblem.missing(e.parameter())
                    : ApiProblem.invalid(e.parameter(), String.valueOf(e.getMessage()));
        }
    }
}
