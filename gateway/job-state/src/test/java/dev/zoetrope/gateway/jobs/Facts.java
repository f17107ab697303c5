package dev.zoetrope.gateway.jobs;

import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Part;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.contracts.Task;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

/** Facts of a small job. */
final class Facts {
    private Facts() {}

    static Fact.JobAccepted accepted(String job) {
        return new Fact.JobAccepted(job, Instant.now().truncatedTo(ChronoUnit.MILLIS), spec(), request());
    }

    static Fact.ClientRequest request() {
        return new Fact.ClientRequest("4", null, null, null, null, null, null);
    }

    static JobSpec spec() {
        return new JobSpec(
                Task.Create.FROM_TEXT,
                "toybox",
                "a red ball bounces over the sea while a blue square hides behind a wall",
                null,
                64,
                64,
                8,
                new SamplingSettings(20, 4),
                "",
                42,
                List.of(),
                List.of(SegmentSpec.of(
                        0,
                        0,
                        "a red ball bounces over the sea while a blue square hides",
                        42,
                        33,
                        new Start.Free(),
                        new End.Free(),
                        null)),
                Part.made(1),
                Set.of());
    }
}
