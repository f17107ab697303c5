package dev.zoetrope.planning;

import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.Task;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about a request before it is planned.
 *
 * @param task what is to be made, with references to what was brought
 * @param model makes it
 * @param like the completed video beside which it is made, and whose size and rate it takes over; null where there is none
 * @param lengths pixel frames of each given video at the job's rate, {@link Planner#framesPerSecond}
 */
public record Resolved(
        Task task, ModelOffered model, @Nullable JobSpec like, Map<Role, Integer> lengths) {
    public Resolved {
        lengths = Map.copyOf(lengths);
    }

    /** A task without given videos. */
    public Resolved(Task task, ModelOffered model) {
        this(task, model, null, Map.of());
    }

    /** This with the lengths of its given videos. */
    public Resolved with(Map<Role, Integer> counted) {
        return new Resolved(task, model, like, counted);
    }
}
