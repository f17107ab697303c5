package dev.zoetrope.gateway.planning;

import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobSpec;

/**
 * A wish that can be made.
 *
 * @param spec what the job makes
 * @param seconds its length as clients read it, {@code "4"}
 */
public record Plan(JobSpec spec, String seconds) {
    /** This with what is given in place of what stood for it. */
    public Plan with(Given given) {
        JobSpec with = new JobSpec(
                spec.kind(),
                spec.model(),
                spec.prompt(),
                spec.expandedPrompt(),
                spec.width(),
                spec.height(),
                spec.framesPerSecond(),
                spec.steps(),
                spec.guidance(),
                spec.negativePrompt(),
                spec.seed(),
                spec.segments(),
                given,
                spec.outputs());
        return new Plan(with, seconds);
    }
}
