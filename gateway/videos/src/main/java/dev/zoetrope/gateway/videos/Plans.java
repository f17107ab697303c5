package dev.zoetrope.gateway.videos;

import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.contracts.request.FrameSize;
import dev.zoetrope.contracts.request.GenerationRequest;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.planning.Plan;
import dev.zoetrope.planning.PlanRefused;
import dev.zoetrope.planning.Planner;
import dev.zoetrope.planning.Resolved;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** Plans jobs; what cannot be made is an {@link ApiProblem}. */
@Singleton
final class Plans {
    private final Planner planner;

    Plans(VideosConfig config) {
        VideosConfig.Limits limits = config.limits();
        planner = new Planner(
                new Planner.Limits(limits.seconds(), limits.steps(), limits.pixels(), limits.overlapLatents()));
    }

    /** @throws ApiProblem 400 that names the parameter */
    Plan of(GenerationRequest request, Resolved resolved) {
        return translated(() -> planner.plan(request, resolved));
    }

    /**
     * The size and rate of the request's video.
     *
     * @throws ApiProblem 400 that names the parameter
     */
    VideoFormat format(GenerationRequest request, Resolved resolved) {
        FrameSize size = translated(() -> planner.size(request, resolved));
        return VideoFormat.of(size.width(), size.height(), Planner.framesPerSecond(request, resolved));
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
