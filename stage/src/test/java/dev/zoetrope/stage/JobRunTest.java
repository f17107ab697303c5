package dev.zoetrope.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Order.AssemblingOrder;
import dev.zoetrope.contracts.Order.DecodingOrder;
import dev.zoetrope.contracts.Order.TextEncodingOrder;
import dev.zoetrope.contracts.Order.VideoEncodingOrder;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.contracts.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobRunTest {
    private static final String JOB = "video_00000000000000000000000001";
    private static final JobSpec SPEC = RouteTest.spec(
            Task.Create.FROM_TEXT,
            RouteTest.window(0, 33, new Start.Free(), new End.Free()),
            RouteTest.window(1, 33, new Start.Continuing(0, 13), new End.Free()));

    private final List<String> told = new ArrayList<>();

    @Test
    void what_follows_a_segment_comes_before_the_next() throws Exception {
        // Given
        JobRun run = run(Work.denoising((order, context) -> {
            context.progress(1, 2);
            context.progress(2, 2);
            return denoised(order);
        }));

        // When
        Fact.JobCompleted made = run.carryOut(Order.first(JOB, SPEC, Instant.now()));

        // Then
        assertThat(made.job()).isEqualTo(JOB);
        assertThat(told)
                .containsExactly(
                        "text-encoding 0: 0/1",
                        "text-encoding 0: 1/1",
                        "denoising 0: 0/1",
                        "denoising 0: 1/2",
                        "denoising 0: 2/2",
                        "decoding 0: 0/1",
                        "decoding 0: 1/1",
                        "video-encoding 0: 0/1",
                        "video-encoding 0: 1/1",
                        "denoising 1: 0/1",
                        "denoising 1: 1/2",
                        "denoising 1: 2/2",
                        "decoding 1: 0/1",
                        "decoding 1: 1/1",
                        "video-encoding 1: 0/1",
                        "video-encoding 1: 1/1",
                        "assembling 0: 0/1",
                        "assembling 0: 1/1");
    }

    @Test
    void a_stop_reaches_the_work_and_all_that_would_follow() {
        // Given
        List<JobRun> runs = new ArrayList<>();
        List<Boolean> asked = new ArrayList<>();
        runs.add(run(Work.denoising((order, context) -> {
            runs.get(0).stop();
            asked.add(context.stopRequested());
            return denoised(order);
        })));

        // When
        assertThatThrownBy(() -> runs.get(0).carryOut(Order.first(JOB, SPEC, Instant.now())))
                // Then
                .isInstanceOf(WorkStopped.class);
        assertThat(asked).containsExactly(true);
        assertThat(told).doesNotContain("decoding 0: 0/1");
    }

    @Test
    void a_work_that_fails_fails_the_run_at_once() {
        // Given
        JobRun run = run(Work.denoising((order, context) -> {
            throw new IllegalStateException("no");
        }));

        // When
        assertThatThrownBy(() -> run.carryOut(Order.first(JOB, SPEC, Instant.now())))
                // Then
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no");
        assertThat(told).filteredOn("denoising 0: 0/1"::equals).hasSize(1);
    }

    private JobRun run(StageWork<?> denoising) {
        List<StageWork<?>> works = List.of(
                Work.of(
                        Stage.TEXT_ENCODING,
                        TextEncodingOrder.class,
                        (order, context) -> Outcome.handOn(Route.afterTextEncoding(order, order.jobArtifacts()))),
                denoising,
                Work.of(
                        Stage.DECODING,
                        DecodingOrder.class,
                        (order, context) -> Outcome.handOn(Route.afterDecoding(order, order.jobArtifacts()))),
                Work.of(
                        Stage.VIDEO_ENCODING,
                        VideoEncodingOrder.class,
                        (order, context) -> order.segment() == 0
                                ? Work.NOTHING_FOLLOWS
                                : Outcome.handOn(Route.afterVideoEncoding(order, order.jobArtifacts()))),
                Work.of(
                        Stage.ASSEMBLING,
                        AssemblingOrder.class,
                        (order, context) -> new Outcome(List.of(), List.of(), List.of(completed(order)))));
        return new JobRun(
                works,
                (order, step, steps) ->
                        told.add("%s %d: %d/%d".formatted(order.stage().label(), order.segment(), step, steps)));
    }

    private static Outcome denoised(Order order) {
        return new Outcome(Route.afterDenoising(order, order.jobArtifacts()), List.of(), List.of());
    }

    private static Fact.JobCompleted completed(Order order) {
        return new Fact.JobCompleted(order.job(), Instant.now(), Mesh.ref("video.mp4"), null, null, null, 66, 66 / 8.0);
    }
}
