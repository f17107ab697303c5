package dev.zoetrope.planning;

import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.Part;
import dev.zoetrope.contracts.Reading;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.contracts.request.FrameSize;
import dev.zoetrope.contracts.request.GenerationRequest;
import dev.zoetrope.contracts.request.Sampling;
import dev.zoetrope.contracts.request.Shot;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Holds a request against a model and decides everything that the stages need to know. Stateless. */
public final class Planner {
    private static final int LARGEST_SEED_BITS = 32;
    private static final int LEAST_LOOP_LATENTS = 3;
    private static final Start FREE = new Start.Free();
    private static final End OPEN = new End.Free();

    private final Limits limits;

    /**
     * What a job may be at most.
     *
     * @param seconds of video
     * @param steps of denoising that may be asked for
     * @param pixels of a frame
     * @param overlapLatents latent frames that a window shares with the one before it
     */
    public record Limits(int seconds, int steps, long pixels, int overlapLatents) {}

    public Planner(Limits limits) {
        this.limits = limits;
    }

    /**
     * The job that makes what the request asks for.
     *
     * @throws PlanRefused that names the parameter that the model or the limits do not admit
     */
    public Plan plan(GenerationRequest request, Resolved resolved) {
        return resolved.task().match(new Planning(request, resolved));
    }

    /** A segment before it has its place. */
    private record Draft(String prompt, int frames, Start start, End end, SegmentSpec.@Nullable Source source) {}

    /** One request on its way. */
    private final class Planning implements Task.Cases<Plan> {
        private final GenerationRequest request;
        private final Resolved resolved;
        private final ModelOffered model;
        private final List<Shot> storyboard;
        private final int fps;
        private final int factor;
        private final Windows windows;
        private final List<Draft> drafts = new ArrayList<>();
        private final List<Reading> readings = new ArrayList<>();

        Planning(GenerationRequest request, Resolved resolved) {
            this.request = request;
            this.resolved = resolved;
            model = resolved.model();
            storyboard = Objects.requireNonNullElse(request.storyboard(), List.of());
            fps = framesPerSecond(request, resolved);
            factor = model.temporalFactor();
            windows = Windows.of(model, limits.overlapLatents());
        }

        @Override
        public Plan image(Task.Image task) {
            drafts.add(new Draft(request.prompt(), 1, FREE, OPEN, null));
            return new Plan(spec(false, null, null), "0", null);
        }

        @Override
        public Plan create(Task.Create task) {
            requireWindow(1);
            List<Shot> shots = shots();
            Start opening = task.firstFrame() == null ? FREE : new Start.Picture(Role.FIRST_FRAME);
            End closing = task.lastFrame() == null ? OPEN : new End.Picture(Role.LAST_FRAME);
            for (int i = 0; i < shots.size(); i++) {
                boolean ends = i == shots.size() - 1;
                addShot(shots.get(i), length(shots, i), i == 0 ? opening : FREE, ends ? closing : OPEN);
            }
            task.files().keySet().forEach(role -> readings.add(new Reading(role, 1, false)));
            return new Plan(spec(false, null, null), seconds(shots), null);
        }

        /** One window that the model makes without a start or an end; where it is longer, or several shots, a passage back. */
        @Override
        public Plan loop(Task.Loop task) {
            requireWindow(windows.gap());
            List<Shot> shots = shots();
            int last = shots.size() - 1;
            int length = length(shots, last);
            if (last == 0 && length < windows.longest() && length / factor >= LEAST_LOOP_LATENTS) {
                drafts.add(new Draft(shots.get(0).prompt(), length + 1, FREE, new End.Circle(), null));
                return new Plan(spec(false, null, null), seconds(shots), null);
            }
            int bridge = factor * bridge(length, parameter(last));
            for (int i = 0; i < last; i++) addShot(shots.get(i), length(shots, i), FREE, OPEN);
            addShot(shots.get(last), length - bridge, FREE, OPEN);
            int tail = windows.shownBetween(drafts.get(drafts.size() - 1).frames());
            int head = windows.shownBetween(drafts.get(0).frames());
            Start start = new Start.Continuing(drafts.size() - 1, tail);
            add(shots.get(last).prompt(), tail + bridge - 1 + head, start, new End.Meeting(0, head), null);
            return new Plan(spec(false, null, null), seconds(shots), null);
        }

        /** How many latents of the last shot are the passage back to the start: as many as a window has room for. */
        private int bridge(int length, String parameter) {
            int bridge = Math.min(windows.passage(), length / factor - 2);
            if (bridge < windows.gap()) {
                long least = (2L + windows.gap()) * factor;
                throw new PlanRefused(parameter, "at least %d frames for a loop".formatted(least), length);
            }
            return bridge;
        }

        @Override
        public Plan extend(Task.Extend task) {
            requireWindow(1);
            int given = given(Role.SOURCE, "video", 1);
            int fresh = fresh(0);
            String seconds = joined("video", (long) given + fresh);
            int shown = windows.shown(given);
            if (task.direction() == Task.Direction.FORWARD) {
                readings.add(new Reading(Role.SOURCE, shown, true));
                add(request.prompt(), windows.cut(fresh, shown), new Start.Video(Role.SOURCE, shown), OPEN);
                return new Plan(spec(false, Role.SOURCE, null), seconds, null);
            }
            readings.add(new Reading(Role.SOURCE, shown, false));
            List<Windows.Window> leading = windows.cutBackward(fresh, shown);
            for (Windows.Window window : leading) {
                int next = drafts.size() + 1;
                End end = next == leading.size()
                        ? new End.Video(Role.SOURCE, window.closing())
                        : new End.Meeting(next, window.closing());
                add(request.prompt(), window.frames(), FREE, end, null);
            }
            return new Plan(spec(true, null, Role.SOURCE), seconds, null);
        }

        @Override
        public Plan connect(Task.Connect task) {
            int to = given(Role.TO, "to", 1);
            return passage(to, Role.TO);
        }

        @Override
        public Plan closeLoop(Task.CloseLoop task) {
            // After the passage the video begins anew.
            return passage(0, null);
        }

        /** A passage has one frame less than whole latents: both its ends are given. */
        private Plan passage(int again, @Nullable Role after) {
            requireWindow(windows.gap());
            int from = given(Role.FROM, "from", 1);
            int to = given(Role.TO, "to", 1);
            int fresh = fresh(1);
            String seconds = joined("video", (long) from + fresh + again);
            int tail = windows.shownBetween(from);
            int head = windows.shownBetween(to);
            readings.add(new Reading(Role.FROM, tail, true));
            readings.add(new Reading(Role.TO, head, false));
            List<Windows.Window> passage = windows.cutClosing(fresh + head, tail, head);
            add(request.prompt(), passage, new Start.Video(Role.FROM, tail), new End.Video(Role.TO, head));
            return new Plan(spec(false, Role.FROM, after), seconds, null);
        }

        /** As many of a video's frames as are {@code factor * k + 1}, from its start. */
        @Override
        public Plan edit(Task.Edit task) {
            requireWindow(1);
            int given = given(Role.SOURCE, "video", factor + 1);
            int frames = (given - 1) / factor * factor + 1;
            String seconds = joined("video", frames);
            readings.add(new Reading(Role.SOURCE, frames, false));
            int from = 0;
            for (Windows.Window window : windows.cut(frames, 0)) {
                from -= window.overlap();
                Start start = drafts.isEmpty() ? FREE : new Start.Continuing(drafts.size() - 1, window.overlap());
                SegmentSpec.Source source = new SegmentSpec.Source(from, task.strength());
                add(request.prompt(), window.frames(), start, OPEN, source);
                from += window.frames();
            }
            return new Plan(spec(false, null, null), seconds, given - frames);
        }

        private void requireWindow(int latents) {
            if (windows.latents() < latents) {
                throw new PlanRefused(
                        "model",
                        "a model whose windows have at least %d frames for a video"
                                .formatted((long) factor * latents + 1),
                        "'%s' with %d".formatted(model.name(), model.frames()));
            }
        }

        /** A shot in as many windows as it takes. A cut starts with a latent that is one pixel frame; what continues has whole ones. */
        private void addShot(Shot shot, int length, Start opening, End closing) {
            boolean continues = !drafts.isEmpty() && !shot.startsAfresh();
            Start start = opening;
            if (continues) {
                int before = drafts.size() - 1;
                start = new Start.Continuing(
                        before, Math.min(windows.overlap(), drafts.get(before).frames()));
            }
            int fresh = continues ? length : length + 1 - start.frames();
            add(shot.prompt(), windows.cutClosing(fresh, start.frames(), closing.frames()), start, closing);
        }

        private void add(String prompt, List<Windows.Window> cut, Start first, End last) {
            for (int i = 0; i < cut.size(); i++) {
                Windows.Window window = cut.get(i);
                Start start = i == 0 ? first : new Start.Continuing(drafts.size() - 1, window.overlap());
                add(prompt, window.frames(), start, i == cut.size() - 1 ? last : OPEN, null);
            }
        }

        private void add(String prompt, int frames, Start start, End end, SegmentSpec.@Nullable Source source) {
            if (frames <= start.frames() + end.frames()) {
                throw new PlanRefused(
                        lengthParameter(),
                        "more than the %d frames that are given".formatted(start.frames() + end.frames()),
                        frames);
            }
            drafts.add(new Draft(prompt, frames, start, end, source));
        }

        private List<Shot> shots() {
            if (!storyboard.isEmpty() && (request.seconds() != null || request.frames() != null)) {
                throw new PlanRefused(
                        lengthParameter(),
                        "none beside a storyboard, whose shots have their own seconds",
                        request.frames() == null ? request.seconds() : request.frames());
            }
            List<Shot> shots = storyboard.isEmpty() ? List.of(onlyShot()) : storyboard;
            BigDecimal total = shots.stream().map(Shot::seconds).reduce(BigDecimal.ZERO, BigDecimal::add);
            if (total.compareTo(BigDecimal.valueOf(limits.seconds())) > 0) {
                throw new PlanRefused(
                        storyboard.isEmpty() ? lengthParameter() : "storyboard",
                        "at most %d seconds".formatted(limits.seconds()),
                        plain(total));
            }
            return shots;
        }

        private String lengthParameter() {
            return request.frames() == null ? "seconds" : "frames";
        }

        private String parameter(int shot) {
            return storyboard.isEmpty() ? lengthParameter() : "storyboard[%d].seconds".formatted(shot);
        }

        private Shot onlyShot() {
            Integer frames = request.frames();
            if (frames == null) {
                BigDecimal seconds =
                        request.seconds() == null ? new BigDecimal(secondsOf(model.frames() - 1L)) : request.seconds();
                return new Shot(request.prompt(), seconds, true);
            }
            refuseBoth();
            long near = nearest(BigDecimal.valueOf(frames - 1L)) + 1;
            if (frames != near) {
                throw new PlanRefused(
                        "frames",
                        "%d k + 1 with k from 1 to %d for the model '%s', such as %d"
                                .formatted(factor, most(), model.name(), near),
                        frames);
            }
            return new Shot(request.prompt(), new BigDecimal(secondsOf(frames - 1L)), true);
        }

        /** So many decimals that the length is the same when it is asked for. */
        private String secondsOf(long frames) {
            return plain(BigDecimal.valueOf(frames).divide(BigDecimal.valueOf(fps), 6, RoundingMode.HALF_EVEN));
        }

        /** The nearest multiple of the factor that is not longer than a video may be. */
        private long nearest(BigDecimal frames) {
            BigDecimal multiple = frames.divide(BigDecimal.valueOf(factor), 0, RoundingMode.HALF_UP);
            return factor
                    * multiple.max(BigDecimal.ONE)
                            .min(BigDecimal.valueOf(most()))
                            .longValueExact();
        }

        private long most() {
            return Math.max(1, (long) limits.seconds() * fps / factor);
        }

        private void refuseBoth() {
            if (request.frames() != null && request.seconds() != null) {
                throw new PlanRefused("frames", "either seconds or frames", "both");
            }
        }

        /** A shot's length in frames, whole latents. */
        private int length(List<Shot> shots, int shot) {
            return frames(shots.get(shot).seconds(), parameter(shot));
        }

        /**
         * New frames beside given ones.
         *
         * @param less how many fewer than whole latents they are
         */
        private int fresh(int less) {
            refuseBoth();
            Integer frames = request.frames();
            BigDecimal seconds = request.seconds();
            if (frames == null && seconds == null) throw new PlanRefused("seconds", "a length", null);
            long whole = seconds == null ? (long) Objects.requireNonNull(frames) + less : frames(seconds, "seconds");
            long least = less == 0 ? 1 : windows.gap();
            long near = Math.max(factor * least, nearest(BigDecimal.valueOf(whole)));
            if (whole != near) {
                throw new PlanRefused(
                        lengthParameter(),
                        "%d k%s with k from %d to %d for the model '%s', such as %s"
                                .formatted(
                                        factor,
                                        less == 0 ? "" : " - " + less,
                                        least,
                                        most(),
                                        model.name(),
                                        seconds == null ? near - less : secondsOf(near)),
                        seconds == null ? frames : plain(seconds));
            }
            return (int) (whole - less);
        }

        private int frames(BigDecimal said, String parameter) {
            if (said.compareTo(BigDecimal.valueOf(limits.seconds())) > 0) {
                throw new PlanRefused(parameter, "at most %d seconds".formatted(limits.seconds()), plain(said));
            }
            BigDecimal exact = said.multiply(BigDecimal.valueOf(fps));
            int frames = exact.setScale(0, RoundingMode.HALF_EVEN).intValueExact();
            // A default or a frame count may be no finite decimal of seconds: a thousandth of a frame is how that
            // looks.
            boolean whole = exact.subtract(BigDecimal.valueOf(frames)).abs().compareTo(new BigDecimal("0.001")) <= 0;
            if (!whole || frames < factor || frames % factor != 0) {
                throw new PlanRefused(
                        parameter,
                        "a multiple of %s at %d frames a second for the model '%s', such as %s"
                                .formatted(secondsOf(factor), fps, model.name(), secondsOf(nearest(exact))),
                        plain(said));
            }
            return frames;
        }

        private int given(Role role, String parameter, int least) {
            int frames = resolved.lengths().getOrDefault(role, 0);
            if (frames < least) {
                throw new PlanRefused(parameter, "a video of at least %d frames".formatted(least), frames);
            }
            return frames;
        }

        /** The length of made and given frames together, as clients read it. */
        private String joined(String parameter, long frames) {
            BigDecimal seconds =
                    BigDecimal.valueOf(frames - 1).divide(BigDecimal.valueOf(fps), 3, RoundingMode.HALF_EVEN);
            if (seconds.compareTo(BigDecimal.valueOf(limits.seconds())) > 0) {
                throw new PlanRefused(
                        parameter, "at most %d seconds in all".formatted(limits.seconds()), plain(seconds));
            }
            return plain(seconds);
        }

        /**
         * The job of the drafts.
         *
         * @param backward whether they are made from the last to the first
         * @param before a given video that is shown before them
         * @param after a given video that is shown after them
         */
        private JobSpec spec(boolean backward, @Nullable Role before, @Nullable Role after) {
            FrameSize size = size(request, resolved);
            Sampling sampling = request.sampling();
            long seed = sampling.seed() == null
                    ? RandomGenerator.getDefault().nextLong(1L << LARGEST_SEED_BITS)
                    : sampling.seed();
            boolean image = resolved.task() instanceof Task.Image;
            JobSpec spec = new JobSpec(
                    resolved.task(),
                    model.name(),
                    request.prompt(),
                    null,
                    size.width(),
                    size.height(),
                    fps,
                    settings(sampling),
                    Objects.requireNonNullElse(sampling.negativePrompt(), model.negativePrompt()),
                    seed,
                    readings,
                    segments(seed, backward),
                    parts(before, after),
                    image ? EnumSet.noneOf(JobSpec.Output.class) : EnumSet.allOf(JobSpec.Output.class));
            return Capabilities.checked(spec, model.card());
        }

        private SamplingSettings settings(Sampling sampling) {
            Integer steps = sampling.steps();
            if (steps != null && steps > limits.steps()) {
                throw new PlanRefused("steps", "1 to %d".formatted(limits.steps()), steps);
            }
            return sampling.or(model.sampling());
        }

        /** A segment's seed is the job's plus its turn: anyone can make one segment anew without knowing the rest. */
        private List<SegmentSpec> segments(long seed, boolean backward) {
            List<SegmentSpec> segments = new ArrayList<>();
            for (Draft draft : drafts) {
                int index = segments.size();
                int turn = backward ? drafts.size() - 1 - index : index;
                segments.add(SegmentSpec.of(
                        index,
                        turn,
                        draft.prompt(),
                        seed + turn,
                        draft.frames(),
                        draft.start(),
                        draft.end(),
                        draft.source()));
            }
            return segments;
        }

        private List<Part> parts(@Nullable Role before, @Nullable Role after) {
            List<Part> parts = new ArrayList<>();
            if (before != null) parts.add(new Part.Given(before));
            parts.addAll(Part.made(drafts.size()));
            if (after != null) parts.add(new Part.Given(after));
            return parts;
        }
    }

    /** The rate of the job. */
    public static int framesPerSecond(GenerationRequest request, Resolved resolved) {
        JobSpec like = resolved.like();
        if (like != null) return like.framesPerSecond();
        return Objects.requireNonNullElse(
                request.format().fps(), resolved.model().framesPerSecond());
    }

    /**
     * The size of the frames.
     *
     * @throws PlanRefused when the model or the limits do not admit it
     */
    public FrameSize size(GenerationRequest request, Resolved resolved) {
        JobSpec like = resolved.like();
        ModelOffered model = resolved.model();
        String asked = request.format().size();
        FrameSize size = like != null
                ? new FrameSize(like.width(), like.height())
                : asked != null ? FrameSize.of(asked) : new FrameSize(model.width(), model.height());
        FrameSize near = nearest(size, model);
        if (!near.equals(size)) {
            int multiple = model.sizeMultiple();
            throw new PlanRefused(
                    "size",
                    "width and height in multiples of %d from %d to %d and at most %d pixels for the model '%s', such as %s"
                            .formatted(
                                    multiple,
                                    multiple,
                                    model.maxSize() / multiple * multiple,
                                    limits.pixels(),
                                    model.name(),
                                    near),
                    size);
        }
        return size;
    }

    /** The nearest size on the model's grid; one with too many pixels gets smaller in its own shape. */
    private FrameSize nearest(FrameSize size, ModelOffered model) {
        FrameSize near = new FrameSize(nearest(size.width(), model), nearest(size.height(), model));
        long pixels = (long) near.width() * near.height();
        if (pixels <= limits.pixels()) return near;
        double scale = Math.sqrt((double) limits.pixels() / pixels);
        int multiple = model.sizeMultiple();
        int width = Math.max(multiple, (int) (near.width() * scale) / multiple * multiple);
        int height = (int) Math.min(near.height() * scale, (double) limits.pixels() / width) / multiple * multiple;
        return new FrameSize(width, Math.max(multiple, height));
    }

    private static int nearest(int side, ModelOffered model) {
        int multiple = model.sizeMultiple();
        int most = model.maxSize() / multiple;
        return multiple * Math.max(1, Math.min(most, (int) ((side + multiple / 2L) / multiple)));
    }

    private static String seconds(List<Shot> shots) {
        return plain(shots.stream()
                .map(Shot::seconds)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .setScale(3, RoundingMode.HALF_EVEN));
    }

    private static String plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0).toPlainString() : stripped.toPlainString();
    }
}
