package dev.zoetrope.gateway.planning;

import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.gateway.expansion.Captions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A wish that can be made.
 *
 * @param spec what the job makes
 * @param seconds its length as clients read it, {@code "4"}
 * @param framesDropped frames at the given video's end that an edit leaves out; null of what is no edit
 */
public record Plan(JobSpec spec, String seconds, @Nullable Integer framesDropped) {
    /** This with what is given in place of what stood for it. */
    public Plan with(Given given) {
        return with(spec.expandedPrompt(), spec.segments(), given);
    }

    /** This with captions in place of the prompts; the spec's own prompt stays as the client said it. */
    public Plan with(Captions captions) {
        if (captions.isNone()) {
            return this;
        }
        List<SegmentSpec> segments = spec.segments().stream()
                .map(segment -> new SegmentSpec(
                        segment.index(),
                        captions.of(segment.prompt()),
                        segment.frames(),
                        segment.overlapFrames(),
                        segment.closingFrames(),
                        segment.seed()))
                .toList();
        return with(captions.paragraphs(), segments, spec.given());
    }

    private Plan with(@Nullable String expandedPrompt, List<SegmentSpec> segments, Given given) {
        JobSpec with = new JobSpec(
                spec.kind(),
                spec.model(),
                spec.prompt(),
                expandedPrompt,
                spec.width(),
                spec.height(),
                spec.framesPerSecond(),
                spec.steps(),
                spec.guidance(),
                spec.negativePrompt(),
                spec.seed(),
                segments,
                given,
                spec.outputs());
        return new Plan(with, seconds, framesDropped);
    }
}
