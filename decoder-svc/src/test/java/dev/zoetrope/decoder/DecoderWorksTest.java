package dev.zoetrope.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.artifacts.StoreSettings;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Order.DecodingOrder;
import dev.zoetrope.contracts.Order.LatentEncodingOrder;
import dev.zoetrope.contracts.Part;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.embedded.EmbeddedObjectStore;
import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.NoSuchModel;
import dev.zoetrope.engine.OutOfDeviceMemory;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.stage.FrameChunks;
import dev.zoetrope.stage.OrderFailed;
import dev.zoetrope.stage.Outcome;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both works over a real store, with the toybox model. */
class DecoderWorksTest {
    private static final DecoderConfig CONFIG = new SmallRyeConfigBuilder()
            .withMapping(DecoderConfig.class)
            .withDefaultValue("zoetrope.decoder.chunk-frames", "8")
            .build()
            .getConfigMapping(DecoderConfig.class);

    @TempDir
    static Path folder;

    private static EmbeddedObjectStore store;
    private static BucketArtifacts artifacts;
    private static LoadedModels<VideoAutoencoder> models;

    private final StageContext context = new StageContext() {};
    private final DecodingWork decoding = new DecodingWork(artifacts, models, CONFIG);
    private final LatentEncodingWork encoding = new LatentEncodingWork(artifacts, models, CONFIG);

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
                .autoencoder(model.folder(), new EngineSettings("cpu", 1, null)));
    }

    @AfterAll
    static void stop() {
        models.close();
        artifacts.close();
        store.close();
    }

    @Test
    void latents_become_chunks_of_frames_once() {
        // Given
        JobSpec spec = spec(Task.Create.FROM_TEXT, window(0, 17));
        HostTensor latents = latents(5, 1);
        DecodingOrder order = decodingOrder(JobId.video(), 0, spec, jobArtifacts(latents));
        // When
        Outcome outcome = decoding.work(order, context);
        Outcome again = decoding.work(order, context);
        // Then
        assertThat(outcome.artifacts()).extracting(FrameChunks::frames).containsExactly(8, 8, 1);
        assertThat(outcome.next()).extracting(Order::stage).containsExactly(Stage.VIDEO_ENCODING);
        assertThat(frames(outcome.artifacts())).isEqualTo(decoded(latents));
        assertThat(again.artifacts()).isEqualTo(outcome.artifacts());
    }

    @Test
    void a_segment_that_goes_on_decodes_its_own_frames_only_and_as_one_with_what_came_before() {
        // Given
        JobSpec spec =
                spec(Task.Create.FROM_TEXT, window(0, 33), window(1, 33, new Start.Continuing(0, 13), new End.Free()));
        HostTensor whole = latents(9 + 5, 2);
        HostTensor first = LatentFrames.slice(whole, 0, 9);
        HostTensor second = LatentFrames.slice(whole, 5, 14);
        String job = JobId.video();
        // When
        Outcome outcome = decoding.work(decodingOrder(job, 1, spec, jobArtifacts(first, second)), context);
        // Then
        HostTensor frames = frames(outcome.artifacts());
        HostTensor expected = FrameChunks.part(decoded(whole), 33, 53);
        assertThat(frames.size(0)).isEqualTo(20);
        assertThat(meanDifference(frames, expected)).isLessThan(2);
    }

    @Test
    void what_a_loop_s_last_segment_must_meet_is_the_video_s_own_start() {
        // Given
        JobSpec spec =
                spec(new Task.Loop(), window(0, 17), window(1, 33, new Start.Continuing(0, 13), new End.Meeting(0, 5)));
        HostTensor first = latents(5, 3);
        LatentEncodingOrder order = (LatentEncodingOrder)
                Order.to(Stage.LATENT_ENCODING, JobId.video(), 1, spec, jobArtifacts(first), Instant.now());
        // When
        Outcome outcome = encoding.work(order, context);
        // Then
        Safetensors expected = known(null, FrameChunks.part(decoded(first), 0, 5), 33);
        assertThat(artifacts.tensors(outcome.artifacts().get(0)).tensors()).isEqualTo(expected.tensors());
    }

    @Test
    void a_loop_of_one_window_is_decoded_around() {
        // Given
        JobSpec spec = spec(new Task.Loop(), window(0, 33, new Start.Free(), new End.Circle()));
        HostTensor circle = latents(8, 5);
        HostTensor cutElsewhere = LatentFrames.rolled(circle, 3);
        // When
        HostTensor frames = frames(decoding.work(decodingOrder(JobId.video(), 0, spec, jobArtifacts(circle)), context)
                .artifacts());
        HostTensor others =
                frames(decoding.work(decodingOrder(JobId.video(), 0, spec, jobArtifacts(cutElsewhere)), context)
                        .artifacts());
        // Then
        assertThat(frames.size(0)).isEqualTo(32);
        assertThat(meanDifference(FrameChunks.part(frames, 12, 32), FrameChunks.part(others, 0, 20)))
                .isLessThan(0.5);
        assertThat(meanDifference(FrameChunks.part(frames, 0, 12), FrameChunks.part(others, 20, 32)))
                .isLessThan(0.5);
    }

    @Test
    void a_segment_that_leads_up_meets_the_start_of_the_one_after_it() {
        // Given
        ArtifactRef ref = artifacts.putTensors("jobs/video", FrameChunks.content(decoded(latents(3, 6))));
        JobSpec spec = spec(
                new Task.Extend(ref, Task.Direction.BACKWARD),
                SegmentSpec.of(0, 1, "a ball", 0, 17, new Start.Free(), new End.Meeting(1, 9), null),
                SegmentSpec.of(1, 0, "a ball", 1, 33, new Start.Free(), new End.Video(Role.SOURCE, 9), null));
        HostTensor first = latents(5, 7);
        HostTensor second = latents(9, 8);
        HostTensor start = FrameChunks.part(decoded(second), 0, 9);
        String job = JobId.video();
        // When
        Outcome known = encoding.work(
                (LatentEncodingOrder)
                        Order.to(Stage.LATENT_ENCODING, job, 0, spec, jobArtifacts(first, second), Instant.now()),
                context);
        Outcome outcome = decoding.work(decodingOrder(job, 0, spec, jobArtifacts(first, second)), context);
        // Then
        assertThat(artifacts.tensors(known.artifacts().get(0)).tensors())
                .isEqualTo(known(null, start, 17).tensors());
        HostTensor frames = frames(outcome.artifacts());
        assertThat(FrameChunks.part(frames, 8, 9)).isEqualTo(FrameChunks.part(start, 0, 1));
        assertThat(FrameChunks.part(frames, 0, 4)).isEqualTo(FrameChunks.part(decoded(first), 0, 4));
    }

    @Test
    void a_last_picture_is_shown_as_the_autoencoder_keeps_it() {
        // Given
        HostTensor picture = FrameChunks.part(decoded(latents(2, 9)), 4, 5);
        ArtifactRef ref = artifacts.putTensors("jobs/last", FrameChunks.content(picture));
        JobSpec spec = spec(
                new Task.Create(null, ref, List.of()),
                window(0, 17, new Start.Free(), new End.Picture(Role.LAST_FRAME)));
        HostTensor latents = latents(5, 10);
        JobArtifacts jobArtifacts = jobArtifacts(latents).withGivenFrames(Role.LAST_FRAME, List.of(ref));
        // When
        Outcome outcome = decoding.work(decodingOrder(JobId.video(), 0, spec, jobArtifacts), context);
        // Then
        HostTensor kept = decoded(models.get("toybox").encode(List.of(picture).iterator(), Tiling.NONE));
        HostTensor frames = frames(outcome.artifacts());
        assertThat(FrameChunks.part(frames, 16, 17)).isEqualTo(kept);
        assertThat(FrameChunks.part(frames, 0, 12)).isEqualTo(FrameChunks.part(decoded(latents), 0, 12));
    }

    @Test
    void a_given_picture_becomes_what_the_denoiser_must_know() {
        // Given
        HostTensor picture = FrameChunks.part(decoded(latents(2, 4)), 0, 1);
        ArtifactRef ref = artifacts.putTensors("jobs/picture", FrameChunks.content(picture));
        JobSpec spec = spec(
                new Task.Create(ref, null, List.of()),
                window(0, 17, new Start.Picture(Role.FIRST_FRAME), new End.Free()));
        JobArtifacts jobArtifacts = JobArtifacts.NOTHING.withGivenFrames(Role.FIRST_FRAME, List.of(ref));
        // When
        Outcome outcome = encoding.work(
                (LatentEncodingOrder)
                        Order.to(Stage.LATENT_ENCODING, JobId.video(), 0, spec, jobArtifacts, Instant.now()),
                context);
        // Then
        Order next = outcome.next().get(0);
        assertThat(next.stage()).isEqualTo(Stage.TEXT_ENCODING);
        assertThat(next.jobArtifacts().segment(0).known())
                .isEqualTo(outcome.artifacts().get(0));
        assertThat(artifacts.tensors(outcome.artifacts().get(0)).tensors())
                .isEqualTo(known(picture, null, 17).tensors());
    }

    @Test
    void characters_become_a_latent_frame_each() {
        // Given
        List<HostTensor> pictures =
                List.of(FrameChunks.part(decoded(latents(2, 4)), 0, 1), FrameChunks.part(decoded(latents(2, 6)), 0, 1));
        List<ArtifactRef> refs = List.of(
                artifacts.putTensors("jobs/characters-0", FrameChunks.content(pictures.get(0))),
                artifacts.putTensors("jobs/characters-1", FrameChunks.content(pictures.get(1))));
        JobSpec spec = spec(new Task.Create(null, null, refs), window(0, 17));
        JobArtifacts jobArtifacts = JobArtifacts.NOTHING.withGivenFrames(Role.CHARACTERS, refs);
        // When
        Outcome outcome = encoding.work(
                (LatentEncodingOrder)
                        Order.to(Stage.LATENT_ENCODING, JobId.video(), 0, spec, jobArtifacts, Instant.now()),
                context);
        // Then
        Order next = outcome.next().get(0);
        assertThat(next.jobArtifacts().givenLatents())
                .containsEntry(Role.CHARACTERS, outcome.artifacts().get(0));
        VideoAutoencoder autoencoder = models.get("toybox");
        HostTensor first = autoencoder.encode(List.of(pictures.get(0)).iterator(), Tiling.NONE);
        HostTensor second = autoencoder.encode(List.of(pictures.get(1)).iterator(), Tiling.NONE);
        assertThat(artifacts.tensors(outcome.artifacts().get(0)).get("latents"))
                .isEqualTo(LatentFrames.concat(first, second));
    }

    @Test
    void memory_that_runs_out_costs_smaller_tiles_and_in_the_end_a_code() {
        // Given
        TileSizes tiles = new TileSizes(128);
        JobSpec spec = new JobSpec(
                Task.Create.FROM_TEXT,
                "toybox",
                "a ball",
                null,
                1280,
                704,
                8,
                new SamplingSettings(20, 1),
                "",
                1,
                List.of(),
                List.of(window(0, 17)),
                Part.made(1),
                Set.of());
        List<Integer> tried = new ArrayList<>();
        // When
        int fitting = tiles.shrinking(0, spec, tiling -> {
            tried.add(tiling.size());
            if (tiling.size() != 320) throw new OutOfDeviceMemory("no room", new RuntimeException());
            return tiling.size();
        });
        // Then
        assertThat(fitting).isEqualTo(320);
        assertThat(tried).containsExactly(0, 640, 320);
        assertThatThrownBy(() -> tiles.shrinking(0, spec, tiling -> {
                    throw new OutOfDeviceMemory("no room", new RuntimeException());
                }))
                .isInstanceOfSatisfying(
                        OrderFailed.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.OUT_OF_MEMORY))
                .hasMessageContaining("1280x704");
    }

    @Test
    void workers_that_died_on_an_order_leave_smaller_tiles_behind() {
        // Given
        JobSpec spec = new JobSpec(
                Task.Create.FROM_TEXT,
                "toybox",
                "a ball",
                null,
                1280,
                704,
                8,
                new SamplingSettings(20, 1),
                "",
                1,
                List.of(),
                List.of(window(0, 17)),
                Part.made(1),
                Set.of());
        DecodingOrder order = decodingOrder(JobId.video(), 0, spec, JobArtifacts.NOTHING);
        // When
        DecodingOrder eased = decoding.afterLosses(order, 2);
        // Then
        assertThat(decoding.afterLosses(order, 1)).isEqualTo(order);
        assertThat(eased.tileSize()).isEqualTo(640);
        assertThat(decoding.afterLosses(eased, 3).tileSize()).isEqualTo(320);
    }

    @Test
    void a_model_that_is_not_there_fails_the_job_with_a_code() {
        // Given
        JobSpec spec = new JobSpec(
                Task.Create.FROM_TEXT,
                "sora",
                "a ball",
                null,
                64,
                64,
                8,
                new SamplingSettings(20, 1),
                "",
                1,
                List.of(),
                List.of(window(0, 17)),
                Part.made(1),
                Set.of());
        DecodingOrder order = decodingOrder(JobId.video(), 0, spec, JobArtifacts.NOTHING);
        // When, Then
        assertThatThrownBy(() -> decoding.work(order, context))
                .isInstanceOfSatisfying(
                        NoSuchModel.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.MODEL_NOT_FOUND));
    }

    private static Safetensors known(@Nullable HostTensor first, @Nullable HostTensor last, int frames) {
        return Conditioning.stored(models.get("toybox").known(first, last, frames));
    }

    private static SegmentSpec window(int index, int frames) {
        return window(index, frames, new Start.Free(), new End.Free());
    }

    private static SegmentSpec window(int index, int frames, Start start, End end) {
        return SegmentSpec.of(index, index, "a ball", index, frames, start, end, null);
    }

    private static JobSpec spec(Task task, SegmentSpec... segments) {
        return new JobSpec(
                task,
                "toybox",
                "a ball",
                null,
                64,
                64,
                8,
                new SamplingSettings(20, 1),
                "",
                1,
                List.of(),
                List.of(segments),
                Part.made(segments.length),
                Set.of());
    }

    private static DecodingOrder decodingOrder(String job, int segment, JobSpec spec, JobArtifacts jobArtifacts) {
        return (DecodingOrder) Order.to(Stage.DECODING, job, segment, spec, jobArtifacts, Instant.now());
    }

    private static JobArtifacts jobArtifacts(HostTensor... latents) {
        JobArtifacts jobArtifacts = JobArtifacts.NOTHING;
        String job = JobId.video();
        for (int i = 0; i < latents.length; i++) {
            ArtifactRef ref =
                    artifacts.putTensors(ArtifactKeys.latents(job, i), new Safetensors(Map.of("latents", latents[i])));
            jobArtifacts = jobArtifacts.withSegment(i, s -> s.withLatents(ref));
        }
        return jobArtifacts;
    }

    private static HostTensor latents(int frames, long seed) {
        Random random = new Random(seed);
        float[] values = new float[16 * frames * 8 * 8];
        for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian() * 0.5f;
        return HostTensor.ofFloats(values, 16, frames, 8, 8);
    }

    private static HostTensor decoded(HostTensor latents) {
        List<HostTensor> pieces = new ArrayList<>();
        models.get("toybox").decode(latents, Tiling.NONE, pieces::add);
        return FrameChunks.join(pieces);
    }

    private static HostTensor frames(List<ArtifactRef> chunks) {
        FrameChunks frames = new FrameChunks(artifacts, chunks, bytes -> {});
        return frames.whole(0, frames.frames());
    }

    private static double meanDifference(HostTensor a, HostTensor b) {
        byte[] x = a.bytes();
        byte[] y = b.bytes();
        long sum = 0;
        for (int i = 0; i < x.length; i++) sum += Math.abs((x[i] & 0xff) - (y[i] & 0xff));
        return (double) sum / x.length;
    }
}
