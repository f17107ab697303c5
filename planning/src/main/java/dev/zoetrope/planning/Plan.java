package dev.zoetrope.planning;

import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Task;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A request that can be made.
 *
 * @param spec what the job makes
 * @param seconds its length as clients read it, {@code "4"}
 * @param framesDropped frames at the given video's end that an edit leaves out; null of what is no edit
 */
public record Plan(JobSpec spec, String seconds, @Nullable Integer framesDropped) {
    /** This with the files themselves in place of what stood for them. */
    public Plan with(Task task) {
        return new Plan(spec.with(task), seconds, framesDropped);
    }

    /**
     * This with captions in place of the prompts; the spec's own prompt stays as the client said it.
     *
     * @param caption of each segment's prompt
     * @param all the captions, as the spec says the prompt that it follows
     */
    public Plan with(UnaryOperator<String> caption, String all) {
        return new Plan(
                spec.with(
                        all,
                        List.copyOf(spec.segments().stream()
                                .map(segment -> segment.withPrompt(caption.apply(segment.prompt())))
                                .toList())),
                seconds,
                framesDropped);
    }
}
