package dev.zoetrope.textencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.artifacts.StoreSettings;
import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Order.TextEncodingOrder;
import dev.zoetrope.contracts.Part;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.embedded.EmbeddedObjectStore;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.InvalidRequest;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.TextEncoder;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.stage.Outcome;
import dev.zoetrope.stage.StageContext;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The work over a real store, with the toybox model. */
class TextEncodingWorkTest {
    @TempDir
    static Path folder;

    private static EmbeddedObjectStore store;
    private static BucketArtifacts artifacts;
    private static LoadedModels<TextEncoder> models;

    private final StageContext context = new StageContext() {};
    private final TextEncodingWork work = new TextEncodingWork(artifacts, models);

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
                .textEncoder(model.folder(), new EngineSettings("cpu", 1, null)));
    }

    @AfterAll
    static void stop() {
        models.close();
        artifacts.close();
        store.close();
    }

    @Test
    void every_prompt_is_encoded_once_for_all_segments_and_jobs() {
        // Given
        TextEncodingOrder order = order(4, "a red ball", "a blue cube", "a red ball");
        // When
        Outcome outcome = work.work(order, context);
        Outcome ofAnotherJob = work.work(order(4, "a red ball"), context);
        // Then
        JobArtifacts jobArtifacts = outcome.next().get(0).jobArtifacts();
        assertThat(outcome.next()).extracting(Order::stage).containsExactly(Stage.DENOISING);
        assertThat(jobArtifacts.segment(0).embeddings())
                .isEqualTo(jobArtifacts.segment(2).embeddings());
        assertThat(jobArtifacts.segment(0).embeddings())
                .isNotEqualTo(jobArtifacts.segment(1).embeddings());
        assertThat(ofAnotherJob.next().get(0).jobArtifacts().segment(0).embeddings())
                .isEqualTo(jobArtifacts.segment(0).embeddings());
        assertThat(artifacts.keys("embeddings/")).hasSizeGreaterThanOrEqualTo(3);
        assertThat(artifacts.tensors(jobArtifacts.segment(0).embeddings()).tensors())
                .isEqualTo(models.get("toybox").encode("a red ball").tensors());
    }

    @Test
    void no_negative_prompt_is_encoded_where_nothing_steers_away() {
        // When
        Outcome outcome = work.work(order(1, "a green cone"), context);
        // Then
        assertThat(outcome.next().get(0).jobArtifacts().negativeEmbeddings()).isNull();
        assertThat(outcome.artifacts()).hasSize(1);
    }

    @Test
    void a_prompt_that_is_too_long_fails_the_job_with_a_code() {
        // Given
        TextEncodingOrder order = order(1, "a".repeat(TextEncoder.MAX_PROMPT + 1));
        // When, Then
        assertThatThrownBy(() -> work.work(order, context))
                .isInstanceOfSatisfying(
                        InvalidRequest.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.INVALID_REQUEST));
    }

    private static TextEncodingOrder order(double guidance, String... prompts) {
        List<SegmentSpec> segments = new ArrayList<>();
        for (String prompt : prompts) {
            int index = segments.size();
            segments.add(SegmentSpec.of(index, index, prompt, 1, 17, new Start.Free(), new End.Free(), null));
        }
        JobSpec spec = new JobSpec(
                Task.Create.FROM_TEXT,
                "toybox",
                prompts[0],
                null,
                64,
                64,
                8,
                new SamplingSettings(20, guidance),
                "blurry",
                1,
                List.of(),
                segments,
                Part.made(segments.size()),
                Set.of());
        return (TextEncodingOrder)
                Order.to(Stage.TEXT_ENCODING, JobId.video(), 0, spec, JobArtifacts.NOTHING, Instant.now());
    }
}
