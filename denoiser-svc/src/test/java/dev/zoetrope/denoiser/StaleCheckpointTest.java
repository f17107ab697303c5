package dev.zoetrope.denoiser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.artifacts.StoreSettings;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Part;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.embedded.EmbeddedObjectStore;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.stage.Outcome;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.stage.WorkStopped;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A checkpoint that a stopped worker really left, made stale in every way: the segment starts anew, and the job does not fail. */
class StaleCheckpointTest {
    private static final int STEPS = 8;
    private static final int STOP = 4;

    @TempDir
    static Path folder;

    private static EmbeddedObjectStore store;
    private static BucketArtifacts artifacts;
    private static LoadedModels<Denoiser> models;
    private static DenoisingWork work;
    private static HostTensor unbroken;

    @BeforeAll
    static void start() {
        store = EmbeddedObjectStore.start(folder);
        artifacts = BucketArtifacts.of(new StoreSettings(
                store.endpoint(),
                "zoetrope",
                store.credentials().accessKey(),
                store.credentials().secretKey()));
        artifacts.ensureBucket();
        models = new LoadedModels<>(ModelLibrary.open(Path.of("..", "models")), 1, model -> model.family()
                .denoiser(model.folder(), new EngineSettings("cpu", 1, null)));
        DenoiserConfig config = new SmallRyeConfigBuilder()
                .withMapping(DenoiserConfig.class)
                .build()
                .getConfigMapping(DenoiserConfig.class);
        work = new DenoisingWork(artifacts, models, config);
        unbroken = made(work.work(order(JobId.video(), STEPS, 64), new Following(STEPS)));
    }

    @AfterAll
    static void stop() {
        models.close();
        artifacts.close();
        store.close();
    }

    @Test
    void a_checkpoint_that_is_not_stale_is_gone_on_from() {
        // Given
        String job = JobId.video();
        interrupt(order(job, STEPS, 64));
        Following rest = new Following(STEPS);
        // When
        HostTensor made = made(work.work(order(job, STEPS, 64), rest));
        // Then
        assertThat(rest.first).isEqualTo(STOP + 1);
        assertThat(made).isEqualTo(unbroken);
    }

    /** What becomes of the checkpoint while nobody works. */
    record Stale(String how, UnaryOperator<Safetensors> change) {
        @Override
        public String toString() {
            return how;
        }
    }

    static List<Stale> stale() {
        return List.of(
                new Stale("of other weights", c -> with(c, "model", "toybox@0011223344556677")),
                new Stale("of a release that did not say the model", c -> without(c, "model")),
                new Stale("of another schedule", c -> of(order(JobId.video(), STEPS + 1, 64))),
                new Stale("of another size", c -> of(order(JobId.video(), STEPS, 80))),
                new Stale("of a release without the solver's history", c -> only(c, "latents")),
                new Stale("of a release with other names", c -> only(c, "none")),
                new Stale("of a release with whole numbers", StaleCheckpointTest::asLongs),
                new Stale("of a shorter history", StaleCheckpointTest::cutShort));
    }

    @ParameterizedTest
    @MethodSource("stale")
    void a_stale_checkpoint_starts_the_segment_anew(Stale stale) {
        // Given
        String job = JobId.video();
        interrupt(order(job, STEPS, 64));
        String key = ArtifactKeys.checkpoint(job, 0);
        artifacts.putTensors(key, stale.change().apply(artifacts.tensors(artifacts.require(key))));
        Following anew = new Following(STEPS);
        // When
        HostTensor made = made(work.work(order(job, STEPS, 64), anew));
        // Then
        assertThat(anew.first).isEqualTo(1);
        assertThat(made).isEqualTo(unbroken);
        assertThat(artifacts.find(key)).isEmpty();
    }

    @Test
    void what_is_no_checkpoint_at_all_starts_the_segment_anew() {
        // Given
        String job = JobId.video();
        artifacts.putBytes(ArtifactKeys.checkpoint(job, 0), "no safetensors".getBytes(StandardCharsets.UTF_8));
        Following anew = new Following(STEPS);
        // When
        HostTensor made = made(work.work(order(job, STEPS, 64), anew));
        // Then
        assertThat(anew.first).isEqualTo(1);
        assertThat(made).isEqualTo(unbroken);
    }

    /** Stops the work in its middle, as a worker that shuts down does. */
    private static void interrupt(Order.DenoisingOrder order) {
        try {
            work.work(order, new Following(STOP));
            throw new AssertionError("expected the work to stop");
        } catch (WorkStopped e) {
            assertThat(artifacts.find(ArtifactKeys.checkpoint(order.job(), 0))).isPresent();
        }
    }

    private static Safetensors of(Order.DenoisingOrder order) {
        interrupt(order);
        return artifacts.tensors(artifacts.require(ArtifactKeys.checkpoint(order.job(), 0)));
    }

    private static Safetensors with(Safetensors checkpoint, String name, String value) {
        Map<String, String> metadata = new HashMap<>(checkpoint.metadata());
        metadata.put(name, value);
        return new Safetensors(checkpoint.tensors(), metadata);
    }

    private static Safetensors without(Safetensors checkpoint, String name) {
        Map<String, String> metadata = new HashMap<>(checkpoint.metadata());
        metadata.remove(name);
        return new Safetensors(checkpoint.tensors(), metadata);
    }

    private static Safetensors only(Safetensors checkpoint, String name) {
        HostTensor latents = checkpoint.get("latents");
        return new Safetensors(Map.of(name, latents), checkpoint.metadata());
    }

    private static Safetensors asLongs(Safetensors checkpoint) {
        Map<String, HostTensor> tensors = new HashMap<>(checkpoint.tensors());
        tensors.replaceAll((name, t) -> HostTensor.ofLongs(new long[(int) t.elements()], t.shape()));
        return new Safetensors(tensors, checkpoint.metadata());
    }

    private static Safetensors cutShort(Safetensors checkpoint) {
        Map<String, HostTensor> tensors = new HashMap<>(checkpoint.tensors());
        tensors.replaceAll((name, t) -> name.contains("prediction") ? HostTensor.ofFloats(new float[3], 3) : t);
        return new Safetensors(tensors, checkpoint.metadata());
    }

    private static HostTensor made(Outcome outcome) {
        return artifacts.tensors(outcome.artifacts().get(0)).get("latents");
    }

    private static Order.DenoisingOrder order(String job, int steps, int width) {
        float[] values = new float[6 * 128];
        Random random = new Random(1);
        for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
        ArtifactRef ref = artifacts.putTensors(
                ArtifactKeys.embeddings("toybox", "a red ball"),
                new Safetensors(Map.of("embeddings", HostTensor.ofFloats(values, 6, 128))));
        JobSpec spec = new JobSpec(
                Task.Create.FROM_TEXT,
                "toybox",
                "a red ball",
                null,
                width,
                64,
                8,
                new SamplingSettings(steps, 1),
                "",
                7,
                List.of(),
                List.of(SegmentSpec.of(0, 0, "a red ball", 7, 9, new Start.Free(), new End.Free(), null)),
                Part.made(1),
                Set.of());
        JobArtifacts jobArtifacts = JobArtifacts.NOTHING.withSegment(0, s -> s.withEmbeddings(ref));
        return (Order.DenoisingOrder) Order.to(Stage.DENOISING, job, 0, spec, jobArtifacts, Instant.now());
    }

    /** Asks the work to stop after a step, and says at which step it began. */
    private static final class Following implements StageContext {
        private final int last;
        private int first;
        private int reached;

        Following(int last) {
            this.last = last;
        }

        @Override
        public void progress(int step, int steps) {
            if (first == 0) first = step;
            reached = step;
        }

        @Override
        public boolean stopRequested() {
            return reached >= last;
        }

        @Override
        public <T> T patiently(Supplier<T> call) {
            return call.get();
        }

        @Override
        public int losses() {
            return 0;
        }

        @Override
        public void read(long bytes) {}
    }
}
