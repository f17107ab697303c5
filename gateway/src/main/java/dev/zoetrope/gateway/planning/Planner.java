package dev.zoetrope.gateway.planning;

import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.gateway.problems.ApiProblem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Holds a wish against a model and decides everything that the stages need to know. Stateless. */
public final class Planner {
    private static final int LARGEST_SEED_BITS = 32;
    private static final int LEAST_LOOP_LATENTS = 3;

    private final Limits limits;

    /**
     * What a job may be at most.
     *
     * @param seconds of video
     * @param steps of denoising
     * @param pixels of a frame
     * @param overlapLatents latent frames that a window shares with the one before it
     */
    public record Limits(int seconds, int steps, long pixels, int overlapLatents) {}

    public Planner(Limits limits) {
        this.limits = limits;
    }

    /**
     * The video that the wish asks for.
     *
     * @throws ApiProblem 400 that names the parameter that the model or the limits do not admit
     */
    public Plan video(Wish wish, ModelOffered model) {
        int fps = wish.fps() == null ? model.framesPerSecond() : inRange("fps", wish.fps(), 1, 120);
        List<Wish.Shot> shots = shots(wish, model, fps);
        List<SegmentSpec> segments = segments(shots, wish, model, fps);
        JobSpec spec = spec(JobSpec.Kind.VIDEO, wish, model, fps, segments);
        return new Plan(spec, seconds(shots), null);
    }

    /**
     * A video gone on from, or led up to.
     *
     * @param wish its {@code seconds} or {@code frames} are what is new; its given extension says which way
     * @param sourceFrames pixel frames of the given video at the job's rate
     * @throws ApiProblem 400 that names the parameter that the model or the limits do not admit
     */
    public Plan extension(Wish wish, ModelOffered model, int fps, int sourceFrames) {
        Windows windows = windows(model);
        int fresh = fresh(wish, fps, model, 0);
        int shown = windows.shown(requireFrames("video", sourceFrames, 1));
        List<SegmentSpec> segments = wish.given().extendsTo(Given.Direction.BACKWARD)
                ? specs(windows.cutBackward(fresh, shown), wish.prompt())
                : specs(windows.cut(fresh, shown), wish.prompt());
        return joined(wish, model, fps, segments, sourceFrames + fresh);
    }

    /**
     * The passage from one video into another, which may be the same: then it closes a loop, and the other is not shown again. It
     * has one frame less than its seconds say: both its ends are given.
     *
     * @throws ApiProblem 400 that names the parameter that the model or the limits do not admit
     */
    public Plan connection(Wish wish, ModelOffered model, int fps, int fromFrames, int toFrames) {
        Windows windows = windows(model);
        int fresh = fresh(wish, fps, model, 1);
        int from = windows.shown(requireFrames("from", fromFrames, 1));
        int to = windows.shown(requireFrames("to", toFrames, 1));
        List<SegmentSpec> segments = specs(windows.cutClosing(fresh + to, from, to), wish.prompt());
        int again = wish.given().loop() ? 0 : toFrames;
        return joined(wish, model, fps, segments, fromFrames + fresh + again);
    }

    /**
     * A video changed by the prompt: as many of its frames as are {@code factor * k + 1}, from its start.
     *
     * @throws ApiProblem 400 that names the parameter that the model or the limits do not admit
     */
    public Plan edit(Wish wish, ModelOffered model, int fps, int sourceFrames) {
        int factor = model.temporalFactor();
        int frames = (requireFrames("video", sourceFrames, factor + 1) - 1) / factor * factor + 1;
        List<SegmentSpec> segments = specs(windows(model).cut(frames, 0), wish.prompt());
        Plan plan = joined(wish, model, fps, segments, frames);
        return new Plan(plan.spec(), plan.seconds(), sourceFrames - frames);
    }

    private Plan joined(Wish wish, ModelOffered model, int fps, List<SegmentSpec> segments, int frames) {
        BigDecimal seconds = BigDecimal.valueOf(frames - 1L).divide(BigDecimal.valueOf(fps), 3, RoundingMode.HALF_EVEN);
        requireLength("video", seconds);
        return new Plan(spec(JobSpec.Kind.VIDEO, wish, model, fps, segments), plain(seconds), null);
    }

    private Windows windows(ModelOffered model) {
        return Windows.of(model, limits.overlapLatents());
    }

    /**
     * New frames beside given ones.
     *
     * @param less how many fewer than whole latents they are
     */
    private int fresh(Wish wish, int fps, ModelOffered model, int less) {
        Integer frames = wish.frames();
        if (frames != null && wish.seconds() != null) {
            throw ApiProblem.invalid("frames", "frames: expected either seconds or frames, came both");
        }
        if (frames == null) {
            if (wish.seconds() == null) {
                throw ApiProblem.missing("seconds");
            }
            return frames(wish.seconds(), fps, model, "seconds") - less;
        }
        int factor = model.temporalFactor();
        long near = nearest(BigDecimal.valueOf(frames + (long) less), fps, factor) - less;
        if (frames != near) {
            throw ApiProblem.invalid(
                    "frames",
                    "frames: expected %d k%s with k from 1 to %d for the model '%s', such as %d, came %d"
                            .formatted(
                                    factor,
                                    less == 0 ? "" : " - " + less,
                                    most(fps, factor),
                                    model.name(),
                                    near,
                                    frames));
        }
        return frames;
    }

    private static int requireFrames(String param, int frames, int least) {
        if (frames < least) {
            throw ApiProblem.invalid(
                    param, "%s: expected a video of at least %d frames, came %d".formatted(param, least, frames));
        }
        return frames;
    }

    private void requireLength(String param, BigDecimal seconds) {
        if (seconds.compareTo(BigDecimal.valueOf(limits.seconds())) > 0) {
            throw ApiProblem.invalid(
                    param,
                    "%s: expected at most %d seconds in all, came %s"
                            .formatted(param, limits.seconds(), plain(seconds)));
        }
    }

    private static List<SegmentSpec> specs(List<Windows.Window> windows, String prompt) {
        List<SegmentSpec> segments = new ArrayList<>();
        windows.forEach(window -> segments.add(segment(segments.size(), prompt, window)));
        return segments;
    }

    private static SegmentSpec segment(int index, String prompt, Windows.Window window) {
        return new SegmentSpec(index, prompt, window.frames(), window.overlap(), window.closing(), 0);
    }

    /**
     * The still image that the wish asks for.
     *
     * @throws ApiProblem 400 that names the parameter that the model or the limits do not admit
     */
    public Plan image(Wish wish, ModelOffered model) {
        List<SegmentSpec> only = List.of(new SegmentSpec(0, wish.prompt(), 1, 0, 0, 0));
        return new Plan(spec(JobSpec.Kind.IMAGE, wish, model, model.framesPerSecond(), only), "0", null);
    }

    private JobSpec spec(JobSpec.Kind kind, Wish wish, ModelOffered model, int fps, List<SegmentSpec> segments) {
        Wish.Size size = size(wish.size(), model);
        long seed = wish.seed() == null ? randomSeed() : wish.seed();
        double guidance = wish.guidance() == null ? model.guidance() : wish.guidance();
        if (!(guidance >= 1 && guidance <= 100)) {
            throw ApiProblem.invalid("guidance", "guidance: expected 1 to 100, came " + guidance);
        }
        JobSpec spec = new JobSpec(
                kind,
                model.name(),
                wish.prompt(),
                null,
                size.width(),
                size.height(),
                fps,
                wish.steps() == null ? model.steps() : inRange("steps", wish.steps(), 1, limits.steps()),
                guidance,
                wish.negativePrompt() == null ? model.negativePrompt() : wish.negativePrompt(),
                seed,
                seeded(segments, seed, wish.given()),
                wish.given(),
                kind == JobSpec.Kind.IMAGE
                        ? EnumSet.noneOf(JobSpec.Output.class)
                        : EnumSet.allOf(JobSpec.Output.class));
        return Capabilities.checked(spec, model.card());
    }

    /** A segment's seed is the job's plus its turn: anyone can make one segment anew without knowing the rest. */
    private static List<SegmentSpec> seeded(List<SegmentSpec> segments, long seed, Given given) {
        boolean backward = given.extendsTo(Given.Direction.BACKWARD);
        return segments.stream()
                .map(segment -> new SegmentSpec(
                        segment.index(),
                        segment.prompt(),
                        segment.frames(),
                        segment.overlapFrames(),
                        segment.closingFrames(),
                        seed + (backward ? segments.size() - 1 - segment.index() : segment.index())))
                .toList();
    }

    private List<Wish.Shot> shots(Wish wish, ModelOffered model, int fps) {
        List<Wish.Shot> shots = wish.storyboard().isEmpty() ? List.of(onlyShot(wish, model, fps)) : wish.storyboard();
        if (!wish.storyboard().isEmpty() && (wish.seconds() != null || wish.frames() != null)) {
            String both = wish.seconds() != null ? "seconds" : "frames";
            throw ApiProblem.invalid(
                    both, both + ": expected none beside a storyboard, whose shots have their own seconds");
        }
        if (wish.given().loop()
                && (wish.given().firstFrame() != null || wish.given().lastFrame() != null)) {
            throw ApiProblem.invalid("loop", "loop: expected no given first or last frame beside it");
        }
        BigDecimal total = shots.stream().map(Wish.Shot::seconds).reduce(BigDecimal.ZERO, BigDecimal::add);
        if (total.compareTo(BigDecimal.valueOf(limits.seconds())) > 0) {
            throw ApiProblem.invalid(
                    wish.storyboard().isEmpty() ? lengthParameter(wish) : "storyboard",
                    "seconds: expected at most %d, came %s".formatted(limits.seconds(), total.toPlainString()));
        }
        return shots;
    }

    private static String lengthParameter(Wish wish) {
        return wish.frames() == null ? "seconds" : "frames";
    }

    private Wish.Shot onlyShot(Wish wish, ModelOffered model, int fps) {
        Integer frames = wish.frames();
        if (frames == null) {
            BigDecimal seconds = wish.seconds() == null ? defaultSeconds(model) : wish.seconds();
            return new Wish.Shot(wish.prompt(), seconds, true);
        }
        if (wish.seconds() != null) {
            throw ApiProblem.invalid("frames", "frames: expected either seconds or frames, came both");
        }
        int factor = model.temporalFactor();
        long near = nearest(BigDecimal.valueOf(frames - 1L), fps, factor) + 1;
        if (frames != near) {
            throw ApiProblem.invalid(
                    "frames",
                    "frames: expected %d k + 1 with k from 1 to %d for the model '%s', such as %d, came %d"
                            .formatted(factor, most(fps, factor), model.name(), near, frames));
        }
        BigDecimal seconds = BigDecimal.valueOf(frames - 1L).divide(BigDecimal.valueOf(fps), 6, RoundingMode.HALF_EVEN);
        return new Wish.Shot(wish.prompt(), seconds, true);
    }

    private static BigDecimal defaultSeconds(ModelOffered model) {
        return BigDecimal.valueOf(model.frames() - 1L)
                .divide(BigDecimal.valueOf(model.framesPerSecond()), 6, RoundingMode.HALF_EVEN);
    }

    private List<SegmentSpec> segments(List<Wish.Shot> shots, Wish wish, ModelOffered model, int fps) {
        Windows windows = windows(model);
        List<SegmentSpec> segments = new ArrayList<>();
        int bridge = 0;
        for (int i = 0; i < shots.size(); i++) {
            Wish.Shot shot = shots.get(i);
            boolean continues = i > 0 && !shot.cut();
            String param = wish.storyboard().isEmpty() ? lengthParameter(wish) : "storyboard[%d].seconds".formatted(i);
            int length = frames(shot.seconds(), fps, model, param);
            boolean ends = i == shots.size() - 1;
            if (wish.given().loop() && ends) {
                if (circles(windows, shots, length)) {
                    return List.of(new SegmentSpec(0, shot.prompt(), length + 1, 0, 1, 0));
                }
                bridge = bridge(windows, length, param);
                length -= bridge;
            }
            int known = continues ? windows.overlap() : firstKnown(wish.given(), i);
            // A cut starts with a latent that is one pixel frame; what continues has only whole latents of its own.
            int fresh = continues ? length : length + 1 - known;
            List<Windows.Window> cut = ends && wish.given().lastFrame() != null
                    ? windows.cutClosing(fresh, known, 1)
                    : windows.cut(fresh, known);
            cut.forEach(window -> segments.add(segment(segments.size(), shot.prompt(), window)));
        }
        if (bridge > 0) {
            int tail = windows.shown(segments.get(segments.size() - 1).frames());
            int head = windows.shown(segments.get(0).frames());
            String prompt = shots.get(shots.size() - 1).prompt();
            segments.add(new SegmentSpec(segments.size(), prompt, tail + bridge - 1 + head, tail, head, 0));
        }
        return segments;
    }

    /** Whether a loop is one window, which the model then makes without a start or an end. */
    private static boolean circles(Windows windows, List<Wish.Shot> shots, int length) {
        return shots.size() == 1 && length < windows.longest() && length >= LEAST_LOOP_LATENTS * windows.factor();
    }

    /** How much of the last shot is the passage back to the start: as much as a window has room for beside both ends. */
    private static int bridge(Windows windows, int length, String param) {
        int factor = windows.factor();
        int shown = 2 * factor + 1;
        int most = (windows.longest() - 2 * shown + 1) / factor * factor;
        int bridge = Math.min(most, length - 2 * factor);
        if (bridge < factor) {
            throw ApiProblem.invalid(
                    param,
                    "%s: expected at least %d frames for a loop, came %d"
                            .formatted(param, LEAST_LOOP_LATENTS * factor, length));
        }
        return bridge;
    }

    private static int firstKnown(Given given, int shot) {
        return shot == 0 && given.firstFrame() != null ? 1 : 0;
    }

    private int frames(BigDecimal seconds, int fps, ModelOffered model, String param) {
        BigDecimal exact = seconds.multiply(BigDecimal.valueOf(fps));
        int factor = model.temporalFactor();
        int frames = exact.setScale(0, RoundingMode.HALF_EVEN).intValue();
        // A default or a frame count may be no finite decimal of seconds: a thousandth of a frame is how that looks.
        boolean whole = exact.subtract(BigDecimal.valueOf(frames)).abs().compareTo(new BigDecimal("0.001")) <= 0;
        if (!whole || frames < factor || frames % factor != 0) {
            throw ApiProblem.invalid(
                    param,
                    "%s: expected a multiple of %s at %d frames a second for the model '%s', such as %s, came %s"
                            .formatted(
                                    param,
                                    seconds(factor, fps),
                                    fps,
                                    model.name(),
                                    seconds(nearest(exact, fps, factor), fps),
                                    plain(seconds)));
        }
        return frames;
    }

    /** So many decimals that the length is the same when it is asked for. */
    private static String seconds(long frames, int fps) {
        return plain(BigDecimal.valueOf(frames).divide(BigDecimal.valueOf(fps), 6, RoundingMode.HALF_EVEN));
    }

    /** The nearest multiple of the factor that is not longer than a video may be. */
    private long nearest(BigDecimal frames, int fps, int factor) {
        BigDecimal multiple = frames.divide(BigDecimal.valueOf(factor), 0, RoundingMode.HALF_UP);
        return factor
                * multiple
                        .max(BigDecimal.ONE)
                        .min(BigDecimal.valueOf(most(fps, factor)))
                        .longValueExact();
    }

    private long most(int fps, int factor) {
        return Math.max(1, (long) limits.seconds() * fps / factor);
    }

    /**
     * The size of the wish's frames.
     *
     * @param asked null for the model's own
     * @throws ApiProblem 400 that names {@code size} when the model or the limits do not admit it
     */
    public Wish.Size size(Wish.@Nullable Size asked, ModelOffered model) {
        Wish.Size size = asked == null ? new Wish.Size(model.width(), model.height()) : asked;
        Wish.Size near = nearest(size, model);
        if (!near.equals(size)) {
            int multiple = model.sizeMultiple();
            throw ApiProblem.invalid(
                    "size",
                    "size: expected width and height in multiples of %d from %d to %d and at most %d pixels for the model '%s', such as %s, came %s"
                            .formatted(
                                    multiple,
                                    multiple,
                                    model.maxSize() / multiple * multiple,
                                    limits.pixels(),
                                    model.name(),
                                    near,
                                    size));
        }
        return size;
    }

    /** The nearest size on the model's grid; one with too many pixels gets smaller in its own shape. */
    private Wish.Size nearest(Wish.Size size, ModelOffered model) {
        Wish.Size near = new Wish.Size(nearest(size.width(), model), nearest(size.height(), model));
        long pixels = (long) near.width() * near.height();
        if (pixels <= limits.pixels()) {
            return near;
        }
        double scale = Math.sqrt((double) limits.pixels() / pixels);
        int multiple = model.sizeMultiple();
        int width = Math.max(multiple, (int) (near.width() * scale) / multiple * multiple);
        int height = (int) Math.min(near.height() * scale, (double) limits.pixels() / width) / multiple * multiple;
        return new Wish.Size(width, Math.max(multiple, height));
    }

    private static int nearest(int side, ModelOffered model) {
        int multiple = model.sizeMultiple();
        int most = model.maxSize() / multiple;
        return multiple * Math.max(1, Math.min(most, (int) ((side + multiple / 2L) / multiple)));
    }

    private static int inRange(String param, int value, int least, int most) {
        if (value < least || value > most) {
            throw ApiProblem.invalid(param, "%s: expected %d to %d, came %d".formatted(param, least, most, value));
        }
        return value;
    }

    private static String seconds(List<Wish.Shot> shots) {
        return plain(shots.stream()
                .map(Wish.Shot::seconds)
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .setScale(3, RoundingMode.HALF_EVEN));
    }

    private static String plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0).toPlainString() : stripped.toPlainString();
    }

    private static long randomSeed() {
        return RandomGenerator.getDefault().nextLong(1L << LARGEST_SEED_BITS);
    }
}
