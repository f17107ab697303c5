package dev.zoetrope.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.Part;
import dev.zoetrope.contracts.Reading;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.contracts.request.CreateVideo;
import dev.zoetrope.contracts.request.Format;
import dev.zoetrope.contracts.request.Sampling;
import dev.zoetrope.contracts.request.Shot;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final ArtifactRef FILE = ArtifactRef.file("files/a", 1, "0".repeat(64));
    private static final int LONGEST = 60;
    private static final Planner PLANNER = new Planner(new Planner.Limits(LONGEST, 200, 1 << 22, 4));
    private static final Duration SOON = Duration.ofSeconds(2);

    /** A request: how it is told, what is to be made, and how long the given videos are. */
    record Request(CreateVideo video, Task task, int given) {
        Map<Role, Integer> lengths() {
            Map<Role, Integer> lengths = new EnumMap<>(Role.class);
            for (Role role : Role.values()) lengths.put(role, given);
            return lengths;
        }
    }

    @Property(tries = 4000)
    void planning_ends_in_a_sound_plan_or_names_a_parameter(
            @ForAll("cards") ModelOffered model, @ForAll("requests") Request request) {
        Plan plan;
        long began = System.nanoTime();
        try {
            plan = PLANNER.plan(request.video(), new Resolved(request.task(), model, null, request.lengths()));
        } catch (PlanRefused e) {
            Statistics.collect("refused");
            assertThat(e.parameter()).isNotBlank();
            assertThat(e.expected()).isNotBlank();
            assertThat(e.getMessage()).startsWith(e.parameter() + ": expected ");
            return;
        }
        Statistics.collect("planned");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
        requireSound(plan.spec(), model);
        assertThat(plan.spec().shownFrames()).isEqualTo(shown(request, model, plan.spec()));
    }

    /** Whatever the stages count on. */
    private static void requireSound(JobSpec spec, ModelOffered model) {
        int factor = model.temporalFactor();
        assertThat(spec.segments()).hasSizeLessThanOrEqualTo(LONGEST * 240 + 1);
        for (SegmentSpec segment : spec.segments()) {
            assertThat(segment.frames()).isLessThanOrEqualTo(model.frames());
            assertThat((segment.frames() - 1) % factor).isZero();
            requireSound(spec, segment, factor);
        }
        Set<Role> read = spec.task().files().keySet();
        assertThat(spec.readings()).extracting(Reading::role).containsExactlyInAnyOrderElementsOf(read);
        assertThat(spec.parts())
                .doesNotHaveDuplicates()
                .filteredOn(Part.Made.class::isInstance)
                .containsExactlyElementsOf(Part.made(spec.segments().size()));
    }

    private static void requireSound(JobSpec spec, SegmentSpec segment, int factor) {
        int starts = segment.start().frames();
        int ends = segment.end().frames();
        assertThat(starts == 0 || (starts - 1) % factor == 0).isTrue();
        assertThat(ends == 0 || (ends - 1) % factor == 0).isTrue();
        segment.start().continued().ifPresent(start -> {
            SegmentSpec before = spec.segment(start.segment());
            assertThat(before.turn()).isLessThan(segment.turn());
            assertThat(before.index()).isEqualTo(segment.index() - 1);
            assertThat(before.frames()).isGreaterThanOrEqualTo(start.frames());
            assertThat(segment.decoded() % factor).isZero();
        });
        if (segment.end() instanceof End.Meeting end) {
            SegmentSpec met = spec.segment(end.segment());
            assertThat(met.turn()).isLessThan(segment.turn());
            assertThat(met.frames()).isGreaterThanOrEqualTo(end.frames());
            assertThat(met.start()).isEqualTo(new Start.Free());
        }
        for (Reading reading : spec.readings()) {
            if (segment.start() instanceof Start.Video start && start.role() == reading.role()) {
                assertThat(reading).isEqualTo(new Reading(start.role(), start.frames(), true));
            }
            if (segment.end() instanceof End.Video end && end.role() == reading.role()) {
                assertThat(reading).isEqualTo(new Reading(end.role(), end.frames(), false));
            }
            SegmentSpec.Source source = segment.source();
            if (source != null) {
                assertThat(source.from() + segment.frames()).isLessThanOrEqualTo(reading.frames());
            }
        }
    }

    /** What was asked for, in frames that the job itself shows. */
    private static long shown(Request request, ModelOffered model, JobSpec spec) {
        CreateVideo video = request.video();
        Task task = request.task();
        int factor = model.temporalFactor();
        BigDecimal rate = BigDecimal.valueOf(spec.framesPerSecond());
        List<Shot> storyboard = Objects.requireNonNullElse(video.storyboard(), List.of());
        if (task instanceof Task.Image) return 1;
        if (task instanceof Task.Edit) return (request.given() - 1) / factor * (long) factor + 1;
        long asked = storyboard.isEmpty()
                ? video.frames() != null
                        ? video.frames()
                        : video.seconds() != null
                                ? video.seconds().multiply(rate).longValue()
                                : model.frames() - 1
                : storyboard.stream()
                        .mapToLong(shot -> shot.seconds().multiply(rate).longValue())
                        .sum();
        boolean bySeconds = video.frames() == null;
        if (task instanceof Task.Extend) return asked;
        if (task instanceof Task.Connect || task instanceof Task.CloseLoop) {
            return bySeconds ? asked - 1 : asked;
        }
        // Each cut has its first frame beside what its seconds say.
        long cuts = storyboard.isEmpty()
                ? 1
                : 1 + storyboard.stream().skip(1).filter(Shot::startsAfresh).count();
        long all = bySeconds ? asked + cuts : asked;
        // The first frame is not shown again at a loop's end.
        return task instanceof Task.Loop ? all - 1 : all;
    }

    @Provide
    Arbitrary<ModelOffered> cards() {
        Arbitrary<Integer> factors = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.of(1, 2, 4, 8)),
                Tuple.of(1, Arbitraries.integers().between(1, 99_999)));
        Arbitrary<Integer> latents = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.integers().between(0, 8)),
                Tuple.of(3, Arbitraries.integers().between(9, 40)),
                Tuple.of(1, Arbitraries.integers().between(0, 99_999)));
        Arbitrary<Integer> rates = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.of(8, 16, 24)),
                Tuple.of(1, Arbitraries.integers().between(1, 240)));
        return Combinators.combine(factors, latents, rates)
                .as((factor, k, rate) -> card(factor, Math.min(99_999 / factor, k) * factor + 1, rate));
    }

    @Provide
    Arbitrary<Request> requests() {
        Arbitrary<Task> tasks = Arbitraries.of(
                new Task.Image(),
                Task.Create.FROM_TEXT,
                new Task.Create(FILE, null, List.of()),
                new Task.Create(null, FILE, List.of()),
                new Task.Create(FILE, FILE, List.of(FILE, FILE)),
                new Task.Loop(),
                new Task.Extend(FILE, Task.Direction.FORWARD),
                new Task.Extend(FILE, Task.Direction.BACKWARD),
                new Task.Connect(FILE, FILE),
                new Task.CloseLoop(FILE),
                new Task.Edit(FILE, 0.5));
        Arbitrary<Integer> frames = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.integers().between(1, 40).map(n -> 8 * n)),
                Tuple.of(6, Arbitraries.integers().between(1, 40).map(n -> 8 * n + 1)),
                Tuple.of(6, Arbitraries.integers().between(1, 40).map(n -> 8 * n - 1)),
                Tuple.of(2, Arbitraries.integers().between(1, 200)),
                Tuple.of(1, Arbitraries.integers().between(1, Integer.MAX_VALUE)));
        Arbitrary<BigDecimal> seconds = Arbitraries.integers()
                .between(1, 2 * LONGEST)
                .map(n -> BigDecimal.valueOf(n).divide(BigDecimal.valueOf(2)));
        Arbitrary<List<Shot>> storyboards = Combinators.combine(seconds, Arbitraries.of(true, false))
                .as((length, cut) -> new Shot("a shot", length, cut))
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
        Arbitrary<CreateVideo> lengths = Arbitraries.oneOf(
                frames.map(n -> video(null, n, null)),
                seconds.map(n -> video(n, null, null)),
                storyboards.map(shots -> video(null, null, shots)),
                Arbitraries.of(video(null, null, null)));
        return Combinators.combine(tasks, lengths, frames).as((task, video, given) -> new Request(video, task, given));
    }

    private static CreateVideo video(BigDecimal seconds, Integer frames, List<Shot> storyboard) {
        Sampling sampling = Sampling.DEFAULTS.withSeed(7);
        return new CreateVideo(
                "a ball", Format.DEFAULTS, seconds, null, null, frames, sampling, null, storyboard, null, null, null);
    }

    private static Plan plan(CreateVideo video, ModelOffered model) {
        return PLANNER.plan(video, new Resolved(Task.Create.FROM_TEXT, model));
    }

    @Test
    void a_model_of_one_frame_makes_images_and_refuses_videos_by_name() {
        // Given
        ModelOffered still = card(4, 1);
        // When
        Plan image = PLANNER.plan(video(null, null, null), new Resolved(new Task.Image(), still));
        // Then
        assertThat(image.spec().shownFrames()).isEqualTo(1);
        assertThatThrownBy(() -> plan(video(BigDecimal.ONE, null, null), still))
                .isInstanceOfSatisfying(
                        PlanRefused.class, e -> assertThat(e.parameter()).isEqualTo("model"))
                .hasMessage("model: expected a model whose windows have at least 2 frames for a video,"
                        + " came 'any' with 1");
    }

    @Test
    void a_shot_continues_no_more_frames_than_the_one_before_it_has() {
        // Given
        List<Shot> shots =
                List.of(new Shot("one", new BigDecimal("0.5"), true), new Shot("two", BigDecimal.ONE, false));
        // When
        JobSpec spec = plan(video(null, null, shots), card(4, 33)).spec();
        // Then
        assertThat(spec.segments())
                .extracting(SegmentSpec::start)
                .containsExactly(new Start.Free(), new Start.Continuing(0, 5));
        assertThat(spec.shownFrames()).isEqualTo(13);
    }

    @Test
    void what_leads_up_to_a_video_is_made_from_there_to_its_start_with_seeds_by_turn() {
        // Given
        Task task = new Task.Extend(FILE, Task.Direction.BACKWARD);
        Resolved resolved = new Resolved(task, card(4, 33), null, Map.of(Role.SOURCE, 33));
        // When
        JobSpec spec = PLANNER.plan(video(null, 32, null), resolved).spec();
        // Then
        assertThat(spec.segments()).extracting(SegmentSpec::turn).containsExactly(1, 0);
        assertThat(spec.segments()).extracting(SegmentSpec::seed).containsExactly(8L, 7L);
        assertThat(spec.segments())
                .extracting(SegmentSpec::end)
                .containsExactly(new End.Meeting(1, 9), new End.Video(Role.SOURCE, 9));
        assertThat(spec.parts()).containsExactly(new Part.Made(0), new Part.Made(1), new Part.Given(Role.SOURCE));
    }

    @Test
    void beside_a_completed_video_its_size_and_rate_are_taken_over() {
        // Given
        JobSpec source = plan(video(null, 9, null), card(4, 33, 24)).spec();
        Task task = new Task.Extend(FILE, Task.Direction.FORWARD);
        Resolved resolved = new Resolved(task, card(4, 33, 8), source, Map.of(Role.SOURCE, 9));
        // When
        JobSpec spec = PLANNER.plan(video(BigDecimal.ONE, null, null), resolved).spec();
        // Then
        assertThat(spec.framesPerSecond()).isEqualTo(24);
        assertThat(spec.shownFrames()).isEqualTo(24);
        assertThat(spec.width()).isEqualTo(source.width());
    }

    @Test
    void an_edit_s_windows_are_made_from_their_own_frames() {
        // Given
        Task task = new Task.Edit(FILE, 0.5);
        Resolved resolved = new Resolved(task, card(4, 33), null, Map.of(Role.SOURCE, 66));
        // When
        JobSpec spec = PLANNER.plan(video(null, null, null), resolved).spec();
        // Then
        assertThat(spec.segments())
                .extracting(SegmentSpec::source)
                .containsExactly(
                        new SegmentSpec.Source(0, 0.5),
                        new SegmentSpec.Source(20, 0.5),
                        new SegmentSpec.Source(40, 0.5));
        assertThat(spec.readings()).containsExactly(new Reading(Role.SOURCE, 65, false));
        assertThat(spec.shownFrames()).isEqualTo(65);
    }

    private static ModelOffered card(int factor, int frames) {
        return card(factor, frames, 8);
    }

    /** A model that does all there is; with one frame, a model of images. */
    private static ModelOffered card(int factor, int frames, int rate) {
        boolean moves = frames > 1;
        ModelCard card = new ModelCard(
                "any",
                "none",
                16,
                256,
                64,
                64,
                new SamplingSettings(20, 4),
                new ModelCard.Text(""),
                moves ? new ModelCard.Video(factor, frames, rate) : null,
                new ModelCard.Image(),
                new ModelCard.GivenFrames(false),
                moves ? new ModelCard.Continuation() : null,
                new ModelCard.Edit(),
                new ModelCard.References(),
                null);
        return new ModelOffered(Instant.EPOCH, card, null);
    }
}
