package dev.zoetrope.cli;

import dev.zoetrope.cli.inprocess.InProcess;
import dev.zoetrope.cli.mesh.Home;
import dev.zoetrope.cli.mesh.MeshGeneration;
import dev.zoetrope.contracts.request.EditVideo;
import dev.zoetrope.contracts.request.Format;
import dev.zoetrope.contracts.request.Sampling;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.ModelLibrary.Model;
import dev.zoetrope.machine.Machine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zoetrope generate}: one video or picture. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Makes a video from a prompt, from pictures, or from other videos.",
        footer = {
            "",
            "Examples:",
            "  zoetrope generate \"a big red ball bounces over the sea\" --seed 10 -o ball.mp4",
            "  zoetrope generate \"a big white square on a green field\" --frames 1 -o square.png",
            "  zoetrope generate \"a big white square falls on a green field\" --first-frame square.png -o square.mp4",
            "  zoetrope generate \"a big red ball moves right over the sea\" --extend ball.mp4 --frames 24 -o longer.mp4",
            "  zoetrope generate \"a big red ball moves left over the sea\" --connect longer.mp4 ball.mp4 --frames 15 -o both.mp4",
            "  zoetrope generate \"a big blue ball bounces over the sea\" --edit ball.mp4 --strength 0.8 -o blue.mp4"
        })
final class GenerateCommand implements Callable<Integer> {
    private static final int MOST_THREADS = 1024;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "PROMPT", description = "What to show.")
    @Nullable
    String promptWords;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "The same, as an option.")
    @Nullable
    String promptOption;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            required = true,
            description = "Where the file goes: .mp4, or for one frame .png, .jpg or .webp; - for standard output.")
    String out = "video.mp4";

    @Option(
            names = "--model",
            defaultValue = "toybox",
            description = "A model's name, or the path of its folder (default: ${DEFAULT-VALUE}).")
    String model = "toybox";

    @Option(
            names = "--models",
            paramLabel = "FOLDER",
            defaultValue = "${env:ZOETROPE_MODELS:-models}",
            description = "Where models are found by name (default: ${DEFAULT-VALUE}).")
    Path models = Path.of("models");

    @Option(names = "--size", paramLabel = "WxH", description = "Width and height in pixels (default: the model's).")
    @Nullable
    String size;

    @Option(names = "--frames", description = "Frames to make, 4k+1; 1 is a picture (default: the model's).")
    @Nullable
    Integer frames;

    @Option(names = "--fps", description = "Frames a second (default: the model's).")
    @Nullable
    Integer framesPerSecond;

    @Option(names = "--seed", description = "Of the noise; the same seed gives the same video (default: random).")
    @Nullable
    Long seed;

    @Option(names = "--steps", description = "Denoising steps (default: the model's).")
    @Nullable
    Integer steps;

    @Option(names = "--guidance", description = "How closely to follow the prompt, from 1 (default: the model's).")
    @Nullable
    Double guidance;

    @Option(names = "--negative-prompt", paramLabel = "TEXT", description = "What to avoid (default: the model's).")
    @Nullable
    String negativePrompt;

    @Option(names = "--first-frame", paramLabel = "PICTURE", description = "The video starts with this picture.")
    @Nullable
    Path firstFrame;

    @Option(names = "--last-frame", paramLabel = "PICTURE", description = "The video ends with this picture.")
    @Nullable
    Path lastFrame;

    @Option(
            names = "--character",
            paramLabel = "VIDEO",
            description = "Keeps to the character that this video shows; may be given several times.")
    List<Path> characters = List.of();

    @Option(names = "--extend", paramLabel = "VIDEO", description = "Goes on after this video.")
    @Nullable
    Path extend;

    @Option(names = "--backward", description = "With --extend: makes what came before.")
    boolean backward;

    @Option(names = "--loop", paramLabel = "VIDEO", description = "Goes on until the video's own start.")
    @Nullable
    Path loop;

    @Option(names = "--connect", arity = "2", paramLabel = "VIDEO", description = "Leads from one video into another.")
    @Nullable
    List<Path> connect;

    @Option(names = "--edit", paramLabel = "VIDEO", description = "Makes this video anew by the prompt.")
    @Nullable
    Path edit;

    @Option(
            names = "--storyboard",
            paramLabel = "FILE",
            description = "Shots of one video: a JSON array of {\"prompt\", \"seconds\", \"cut\"}.")
    @Nullable
    Path storyboard;

    @Option(
            names = "--strength",
            description = "With --edit: 0 leaves the video as it is, 1 ignores it (default: "
                    + EditVideo.DEFAULT_STRENGTH + ").")
    @Nullable
    Double strength;

    @Option(
            names = "--in-process",
            description =
                    "Makes it in this process, without the mesh. So it is too where the model is a folder's path, with"
                            + " --models, and with --device, --threads, --dtype or --tile.")
    boolean inProcess;

    @Option(names = "--preview", description = "Leaves an animated WebP beside the video.")
    boolean preview;

    @Option(names = "--device", defaultValue = "auto", description = "auto, cpu, cuda or cuda:<index>.")
    String device = "auto";

    @Option(names = "--threads", description = "Threads on the CPU (default: one a core).")
    @Nullable
    Integer threads;

    @Option(names = "--dtype", description = "F32 or BF16 (default: F32 on the CPU, BF16 on CUDA).")
    @Nullable
    String dtype;

    @Option(names = "--tile", defaultValue = "0", description = "Edge of decoding tiles in pixels; 0 for none.")
    int tile;

    @Override
    public Integer call() throws Exception {
        Task task = task();
        try {
            check(task);
            make(task);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(OptionNames.in(Failure.sentence(e), task), e);
        }
        return 0;
    }

    private void make(Task task) throws Exception {
        boolean still = task instanceof Task.Create && Objects.equals(frames, 1);
        if (preview && (still || OutFile.isStandardOutput(out))) throw usage("--preview goes with the file of a video");
        try (OutFile file = OutFile.prepare(out, still)) {
            if (preview && !file.isRegularFile()) throw usage("--preview goes with the file of a video");
            Machine.settle(List.of(Home.of(System.getenv()).nativeFolder()));
            long madeBy = throughMesh() ? generateThroughMesh(task, file) : generateHere(task, file);
            tell(out + "  (seed " + madeBy + ")");
            if (preview) tell(MeshGeneration.preview(Path.of(out)) + "  (preview)");
        }
    }

    /** Standard output is the video's where it goes there. */
    private void tell(String line) {
        CommandLine command = spec.commandLine();
        PrintWriter console = OutFile.isStandardOutput(out) ? command.getErr() : command.getOut();
        console.println(line);
        console.flush();
    }

    /** Refuses what no model can make, before anything starts. */
    private void check(Task task) throws IOException, InterruptedException {
        require(threads, 1, MOST_THREADS, "--threads");
        require(tile, 0, Integer.MAX_VALUE, "--tile");
        if (task instanceof Task.Create create) {
            requireFile(create.firstFrame(), "--first-frame", "a picture");
            requireFile(create.lastFrame(), "--last-frame", "a picture");
            create.characters().forEach(video -> requireFile(video, "--character", "a video"));
        }
        requireFile(extend, "--extend", "a video");
        requireFile(loop, "--loop", "a video");
        requireFile(edit, "--edit", "a video");
        if (connect != null) connect.forEach(video -> requireFile(video, "--connect", "a video"));
        requireFile(storyboard, "--storyboard", "a JSON file");
        asked(task, null, seed).check();
    }

    private static void require(@Nullable Integer came, int least, int most, String option) {
        if (came == null || came >= least && came <= most) return;
        String range = most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
        throw new IllegalArgumentException(option + ": expected " + range + ", but " + came + " came");
    }

    private static void requireFile(@Nullable Path file, String option, String what) {
        if (file == null) return;
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(
                    option + ": expected " + what + " at " + file + ", but there is no such file");
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IllegalArgumentException(option + ": expected " + what + " at " + file + ", but "
                    + (Files.isRegularFile(file) ? "this user may not read it" : "that is no regular file"));
        }
    }

    /** The mesh makes what is of models that it knows by name, with the engine settings that it was started with. */
    private boolean throughMesh() {
        boolean ownEngine = spec.commandLine().getParseResult().hasMatchedOption("--models")
                || !device.equals("auto")
                || threads != null
                || dtype != null
                || tile != 0;
        return !inProcess && !isFolder(model) && !ownEngine;
    }

    private long generateThroughMesh(Task task, OutFile file) throws Exception {
        boolean still = Objects.equals(frames, 1);
        Asked asked = asked(task, model, seed == null && still ? Long.valueOf(randomSeed()) : seed);
        return new MeshGeneration(System.err, bar()).carryOut(asked, file);
    }

    private long generateHere(Task task, OutFile file) throws Exception {
        long made = seed == null ? randomSeed() : seed;
        Model found = model();
        EngineSettings settings = new EngineSettings(device, threads == null ? 0 : threads, dtype);
        try (InProcess process = new InProcess(found, settings, tile)) {
            process.carryOut(asked(task, found.name(), made), file, bar());
        }
        return made;
    }

    private static ProgressBar bar() {
        return new ProgressBar(System.err, System.console() != null);
    }

    private Asked asked(Task task, @Nullable String of, @Nullable Long seeded) {
        Format format = new Format(of, size, framesPerSecond);
        Sampling sampling = new Sampling(steps, guidance, negativePrompt, seeded);
        return new Asked(task, prompt(), format, frames, sampling, storyboard);
    }

    private static boolean isFolder(String model) {
        return model.contains("/") || model.startsWith(".");
    }

    private Model model() {
        if (isFolder(model)) return ModelLibrary.at(Path.of(model));
        return ModelLibrary.open(models).model(model);
    }

    private static long randomSeed() {
        return new SecureRandom().nextInt(Integer.MAX_VALUE);
    }

    private String prompt() {
        if (promptWords != null && promptOption != null) throw usage("give the prompt once, as words or with --prompt");
        String prompt = promptWords != null ? promptWords : promptOption;
        if (prompt == null) throw usage("expected a prompt: zoetrope generate \"a red ball bounces\" -o ball.mp4");
        return prompt;
    }

    private Task task() {
        long given =
                Stream.of(extend, loop, connect, edit).filter(Objects::nonNull).count();
        boolean pictures = firstFrame != null || lastFrame != null || !characters.isEmpty();
        if (given > 1 || given == 1 && pictures) {
            throw usage(
                    "give one of --extend, --loop, --connect, --edit, or what a new video starts from with --first-frame, --last-frame"
                            + " and --character");
        }
        if (backward && extend == null) throw usage("--backward needs --extend");
        if (strength != null && edit == null) throw usage("--strength needs --edit");
        if (storyboard != null && (given == 1 || frames != null)) {
            throw usage("--storyboard goes with pictures and characters only: its shots have their own lengths");
        }
        if (pictures && Objects.equals(frames, 1))
            throw usage("a picture is made from a prompt alone, not from pictures or videos");
        if (edit != null && frames != null) throw usage("--frames does not go with --edit: it is as long as its video");
        if (extend != null) return new Task.Extend(extend, backward);
        if (loop != null) return new Task.Loop(loop);
        if (connect != null) return new Task.Connect(connect.get(0), connect.get(1));
        if (edit != null) return new Task.Edit(edit, Objects.requireNonNullElse(strength, EditVideo.DEFAULT_STRENGTH));
        return new Task.Create(firstFrame, lastFrame, characters);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
