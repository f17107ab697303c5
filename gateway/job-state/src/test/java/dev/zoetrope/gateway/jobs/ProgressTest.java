package dev.zoetrope.gateway.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Part;
import dev.zoetrope.contracts.Reading;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.contracts.Task;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final String JOB = JobId.video();

    @Test
    void a_job_that_is_made_from_its_end_is_half_done_when_its_last_segment_is() {
        // Given
        JobSpec spec = backward();
        // When
        Progress half = Progress.NONE.completed(completed(1), spec.segment(1).turn());
        Progress on = half.progressed(progressed(0, 10, 20), spec.segment(0).turn());
        Progress whole = on.completed(completed(0), spec.segment(0).turn());
        // Then
        assertThat(half.denoised()).isEqualTo(1);
        assertThat(on.denoising()).isEqualTo(0.5);
        assertThat(whole.denoised()).isEqualTo(2);
        assertThat(whole.denoising()).isZero();
    }

    private static Fact.StageCompleted completed(int segment) {
        return new Fact.StageCompleted(JOB, Instant.now(), Stage.DENOISING, segment, 1, 0, List.of());
    }

    private static Fact.StageProgressed progressed(int segment, int step, int steps) {
        return new Fact.StageProgressed(JOB, Instant.now(), Stage.DENOISING, segment, step, steps, null);
    }

    private static JobSpec backward() {
        ArtifactRef video = new ArtifactRef("files/video", 1, "0".repeat(64), null, null);
        Task task = new Task.Extend(video, Task.Direction.BACKWARD);
        Start free = new Start.Free();
        List<SegmentSpec> segments = List.of(
                SegmentSpec.of(0, 1, "a ball", 2, 17, free, new End.Meeting(1, 9), null),
                SegmentSpec.of(1, 0, "a ball", 1, 33, free, new End.Video(Role.SOURCE, 9), null));
        List<Reading> readings = List.of(new Reading(Role.SOURCE, 9, false));
        List<Part> parts = List.of(new Part.Made(0), new Part.Made(1), new Part.Given(Role.SOURCE));
        return new JobSpec(
                task,
                "toybox",
                "a ball",
                null,
                64,
                64,
                8,
                new SamplingSettings(20, 4),
                "",
                1,
                readings,
                segments,
                parts,
                Set.of());
    }
}
