package dev.zoetrope.stage;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.Order;
import java.util.List;

/**
 * What follows from finished work.
 *
 * @param next orders to the stages that come after; empty where the job ends or waits for its other segments
 * @param artifacts what was made
 * @param facts what to tell besides that the stage has completed, {@link Fact.JobCompleted} for one
 */
public record Outcome(List<Order> next, List<ArtifactRef> artifacts, List<Fact> facts) {
    public Outcome {
        next = List.copyOf(next);
        artifacts = List.copyOf(artifacts);
        facts = List.copyOf(facts);
    }

    public static Outcome handOn(Order next, ArtifactRef... artifacts) {
        return new Outcome(List.of(next), List.of(artifacts), List.of());
    }
}
