package dev.zoetrope.cli.inprocess;

import dev.zoetrope.artifacts.FolderArtifacts;
import dev.zoetrope.cli.Asked;
import dev.zoetrope.cli.Failure;
import dev.zoetrope.cli.OptionNames;
import dev.zoetrope.cli.OutFile;
import dev.zoetrope.cli.ProgressBar;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.contracts.request.FrameSize;
import dev.zoetrope.contracts.request.GenerationRequest;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelLibrary.Model;
import dev.zoetrope.planning.PlanRefused;
import dev.zoetrope.planning.Planner;
import dev.zoetrope.planning.Resolved;
import dev.zoetrope.stage.JobRun;
import dev.zoetrope.stage.OrderFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;

/** Makes videos and pictures in this process, as the mesh makes them: planned by the same planner, carried out by the stages' works. */
public final class InProcess implements AutoCloseable {
    private static final int A_DAY = 24 * 60 * 60;
    private static final int MOST_STEPS = 1000;
    private static final int OVERLAP_LATENTS = 4;
    private static final Planner PLANNER =
            new Planner(new Planner.Limits(A_DAY, MOST_STEPS, Long.MAX_VALUE, OVERLAP_LATENTS));

    private final ModelOffered model;
    private final LocalStages stages;

    /** @param tileSize edge of decoding tiles in pixels; 0 for none */
    public InProcess(Model model, EngineSettings settings, int tileSize) {
        this.model = new ModelOffered(Instant.now(), model.card(), null);
        stages = new LocalStages(model, settings, tileSize);
    }

    /**
     * Makes one video, or for one frame a picture. Stopped before it is there, as by Ctrl-C, it leaves nothing behind.
     *
     * @param asked with a seed; what is equal makes equal files
     * @param file where it goes; it is published
     * @throws IllegalArgumentException that names the option: the model cannot make it, or a file cannot be used
     * @throws IllegalStateException it cannot be made, or not be written; then the message says where what was made is kept
     */
    public void carryOut(Asked asked, OutFile file, ProgressBar bar) throws Exception {
        // As the id, which stands in the file, so that the same makes the same file.
        String job =
                "video_%026d".formatted(Objects.requireNonNull(asked.sampling().seed(), "seed"));
        try (TemporaryStore store = new TemporaryStore()) {
            JobSpec spec = planned(asked, store.artifacts(), job);
            JobRun run = stages.run(store.artifacts(), bar);
            store.whenStopped(run::stop);
            deliver(run.carryOut(Order.first(job, spec, Instant.now())), store, file);
        } catch (OrderFailed e) {
            throw new IllegalStateException(OptionNames.in(Failure.sentence(e), asked.task()), e);
        } finally {
            bar.finish();
        }
        file.publish();
    }

    @Override
    public void close() {
        stages.close();
    }

    private JobSpec planned(Asked asked, FolderArtifacts artifacts, String job) throws Exception {
        try {
            GenerationRequest request = asked.request(this::window, null);
            Resolved draft = new Resolved(Task.Create.FROM_TEXT, model);
            FrameSize size = PLANNER.size(request, draft);
            int rate = Planner.framesPerSecond(request, draft);
            Inputs inputs = new Inputs(artifacts, job, VideoFormat.of(size.width(), size.height(), rate));
            return PLANNER.plan(request, new Resolved(inputs.task(asked), model, null, inputs.lengths()))
                    .spec();
        } catch (PlanRefused e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private Asked.Window window() {
        return new Asked.Window(model.frames(), model.temporalFactor());
    }

    /** Takes what was made out of the store. */
    private static void deliver(Fact.JobCompleted made, TemporaryStore store, OutFile file) {
        ArtifactRef video = made.video();
        ArtifactRef result = video == null ? Objects.requireNonNull(made.image()) : video;
        Path here = store.artifacts().file(result.key());
        try {
            if (video == null) {
                file.writePicture(Files.readAllBytes(here));
            } else {
                Files.move(here, file.making());
            }
        } catch (IOException e) {
            throw file.unwritten(e, store.keep(here));
        }
    }
}
