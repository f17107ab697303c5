package dev.zoetrope.gateway.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
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
        Progress half = Progress.NONE.completed(completed(1), spec.turn(1));
        Progress on = half.progressed(progressed(0, 10, 20), spec.turn(0));
        Progress whole = on.completed(completed(0), spec.turn(0));
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
        Given.Extension extension = new Given.Extension(video, Given.Direction.BACKWARD);
        Given given = new Given(null, null, null, extension, null, false, List.of());
        List<SegmentSpec> segments =
                List.of(new SegmentSpec(0, "a ball", 17, 0, 9, 2), new SegmentSpec(1, "a ball", 33, 0, 9, 1));
        return new JobSpec(
                JobSpec.Kind.VIDEO, "toybox", "a ball", null, 64, 64, 8, 20, 4, "", 1, segments, given, Set.of());
    }
}
