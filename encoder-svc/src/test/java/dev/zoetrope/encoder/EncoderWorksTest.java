package dev.zoetrope.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.artifacts.StoreSettings;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.reading.VideoInfo;
import dev.zoetrope.codec.reading.VideoProbe;
import dev.zoetrope.codec.reading.VideoReader;
import dev.zoetrope.codec.writing.EncoderSettings;
import dev.zoetrope.codec.writing.ImageWriter;
import dev.zoetrope.codec.writing.VideoMetadata;
import dev.zoetrope.codec.writing.VideoWriter;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Order.AssemblingOrder;
import dev.zoetrope.contracts.Order.MediaReadingOrder;
import dev.zoetrope.contracts.Order.VideoEncodingOrder;
import dev.zoetrope.contracts.Part;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Reading;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.contracts.StreamPart;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.embedded.EmbeddedObjectStore;
import dev.zoetrope.stage.FrameChunks;
import dev.zoetrope.stage.OrderFailed;
import dev.zoetrope.stage.Outcome;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.tensors.HostTensor;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three works over a real store and the real codec. */
class EncoderWorksTest {
    private static final int SIDE = 64;
    private static final int FPS = 8;
    private static final VideoFormat FORMAT = VideoFormat.of(SIDE, SIDE, FPS);
    private static final EncoderConfig CONFIG =
            new SmallRyeConfigBuilder().withMapping(EncoderConfig.class).build().getConfigMapping(EncoderConfig.class);

    private static final Start FREE = new Start.Free();
    private static final End OPEN = new End.Free();
    private static final SegmentSpec OPENING = window(0, 17, FREE, OPEN);
    private static final SegmentSpec CONTINUING = window(1, 17, new Start.Continuing(0, 5), OPEN);
    private static final SegmentSpec PASSAGE = window(0, 17, new Start.Video(Role.FROM, 5), new End.Video(Role.TO, 5));
    private static final List<Reading> BOTH_ENDS =
            List.of(new Reading(Role.FROM, 5, true), new Reading(Role.TO, 5, false));

    @TempDir
    static Path folder;

    private static EmbeddedObjectStore store;
    private static BucketArtifacts artifacts;

    private final StageContext context = new StageContext() {};
    private final VideoEncodingWork encoding = new VideoEncodingWork(artifacts, EncoderSettings.H264);
    private final AssemblingWork assembling = new AssemblingWork(artifacts, CONFIG);
    private final MediaReadingWork reading = new MediaReadingWork(artifacts, CONFIG, EncoderSettings.H264);

    @BeforeAll
    static void start() {
        store = EmbeddedObjectStore.start(folder.resolve("store"));
        artifacts = BucketArtifacts.of(new StoreSettings(
                store.endpoint(),
                "zoetrope",
                store.credentials().accessKey(),
                store.credentials().secretKey()));
        artifacts.ensureBucket();
    }

    @AfterAll
    static void stop() {
        artifacts.close();
        store.close();
    }

    @Test
    void only_the_last_of_the_segments_to_be_encoded_has_the_job_assembled() {
        // Given
        JobSpec spec = spec(Task.Create.FROM_TEXT, Set.of(), OPENING, CONTINUING);
        String job = JobId.video();
        // When
        Outcome second = encoding.work(encodingOrder(job, 1, spec, frames(job, 1, 12, 100)), context);
        Outcome first = encoding.work(encodingOrder(job, 0, spec, frames(job, 0, 17, 0)), context);
        Outcome again = encoding.work(encodingOrder(job, 0, spec, List.of()), context);
        // Then
        assertThat(second.next()).isEmpty();
        assertThat(first.next()).extracting(Order::stage).containsExactly(Stage.ASSEMBLING);
        assertThat(first.next().get(0).jobArtifacts().segment(1).video())
                .isEqualTo(second.artifacts().get(0));
        assertThat(again.artifacts()).isEqualTo(first.artifacts());
    }

    @Test
    void the_job_s_video_has_every_new_frame_once_and_says_how_it_was_made() {
        // Given
        JobSpec spec = spec(
                Task.Create.FROM_TEXT,
                Set.of(JobSpec.Output.THUMBNAIL, JobSpec.Output.SPRITESHEET),
                OPENING,
                CONTINUING);
        String job = JobId.video();
        encoding.work(encodingOrder(job, 0, spec, frames(job, 0, 17, 0)), context);
        Outcome encoded = encoding.work(encodingOrder(job, 1, spec, frames(job, 1, 12, 100)), context);
        // When
        Outcome outcome = assembling.work((AssemblingOrder) encoded.next().get(0), context);
        Outcome again = assembling.work((AssemblingOrder) encoded.next().get(0), context);
        // Then
        Fact.JobCompleted completed = (Fact.JobCompleted) outcome.facts().get(0);
        Path file = download(completed.video());
        VideoInfo info = VideoProbe.probe(file);
        assertThat(info.codec()).isEqualTo("h264");
        assertThat(info.frames()).isEqualTo(29).isEqualTo(completed.frames());
        assertThat(info.moovFirst()).isTrue();
        assertThat(VideoProbe.xmp(file).orElseThrow()).contains("trainedAlgorithmicMedia", job);
        assertThat(levels(file)).hasSize(29).startsWith(0).isSorted();
        assertThat(completed.thumbnail()).isNotNull();
        assertThat(completed.spritesheet()).isNotNull();
        assertThat(((Fact.JobCompleted) again.facts().get(0)).video()).isEqualTo(completed.video());
    }

    @Test
    void a_segment_can_be_played_before_the_others_are_there_and_all_together_show_the_job_s_video() throws Exception {
        // Given
        JobSpec spec = spec(Task.Create.FROM_TEXT, Set.of(), window(0, 33, FREE, OPEN), CONTINUING);
        String job = JobId.video();
        // When
        encoding.work(encodingOrder(job, 0, spec, frames(job, 0, 33, 0)), context);
        List<Integer> early = levels(streamed(job, 1));
        Outcome last = encoding.work(encodingOrder(job, 1, spec, frames(job, 1, 12, 150)), context);
        Outcome outcome = assembling.work((AssemblingOrder) last.next().get(0), context);
        // Then
        Path whole = streamed(job, spec.parts().size());
        Path video = download(((Fact.JobCompleted) outcome.facts().get(0)).video());
        assertThat(early).hasSize(33);
        assertThat(part(job, 0).fragments()).hasSize(3).allMatch(fragment -> fragment.frames() <= 2 * FPS);
        assertThat(part(job, 1).firstFrame()).isEqualTo(33);
        assertThat(VideoReader.readAll(whole, 100)).isEqualTo(VideoReader.readAll(video, 100));
        assertThat(VideoProbe.probe(whole).seconds()).isEqualTo(45.0 / FPS);
    }

    @Test
    void what_was_lost_on_the_way_is_offered_to_players_by_the_next_delivery() {
        // Given
        JobSpec spec = spec(Task.Create.FROM_TEXT, Set.of(), OPENING, CONTINUING);
        String job = JobId.video();
        VideoEncodingOrder order = encodingOrder(job, 0, spec, frames(job, 0, 17, 0));
        encoding.work(order, context);
        StreamPart first = part(job, 0);
        artifacts.delete(ArtifactKeys.streamPart(job, 0));
        // When
        Outcome second = encoding.work(encodingOrder(job, 1, spec, frames(job, 1, 12, 100)), context);
        Outcome again = encoding.work(order, context);
        // Then
        assertThat(second.next()).as("a job that ends can be played to its end").isEmpty();
        assertThat(again.next()).extracting(Order::stage).containsExactly(Stage.ASSEMBLING);
        assertThat(part(job, 0)).isEqualTo(first);
    }

    @Test
    void an_image_is_a_png_of_the_one_frame() {
        // Given
        String job = JobId.image();
        JobSpec spec = new JobSpec(
                new Task.Image(),
                "toybox",
                "a ball",
                null,
                SIDE,
                SIDE,
                FPS,
                new SamplingSettings(20, 1),
                "",
                1,
                List.of(),
                List.of(window(0, 1, FREE, OPEN)),
                Part.made(1),
                Set.of());
        List<ArtifactRef> frame = frames(job, 0, 1, 77);
        JobArtifacts jobArtifacts = JobArtifacts.NOTHING.withSegment(0, s -> s.withFrames(frame));
        // When
        Outcome outcome = assembling.work(
                (AssemblingOrder) Order.to(Stage.ASSEMBLING, job, 0, spec, jobArtifacts, Instant.now()), context);
        // Then
        Fact.JobCompleted completed = (Fact.JobCompleted) outcome.facts().get(0);
        assertThat(completed.image()).isNotNull();
        assertThat(completed.image().key()).endsWith("image.png");
        assertThat(completed.video()).isNull();
    }

    @Test
    void what_extends_a_video_of_ours_follows_its_own_untouched_pictures() throws Exception {
        // Given
        ArtifactRef source = artifacts.putFile(ArtifactKeys.video(JobId.video()), video("source.mp4", 20, 0));
        JobSpec spec = spec(
                new Task.Extend(source, Task.Direction.FORWARD),
                Set.of(),
                List.of(new Reading(Role.SOURCE, 5, true)),
                List.of(new Part.Given(Role.SOURCE), new Part.Made(0)),
                window(0, 17, new Start.Video(Role.SOURCE, 5), OPEN));
        String job = JobId.video();
        // When
        Outcome read = reading.work((MediaReadingOrder) Order.first(job, spec, Instant.now()), context);
        Outcome encoded = encoding.work(encodingOrder(job, 0, spec, frames(job, 0, 17, 90)), context);
        Outcome outcome = assembling.work((AssemblingOrder) encoded.next().get(0), context);
        // Then
        List<ArtifactRef> tail = read.next().get(0).jobArtifacts().givenFrames().get(Role.SOURCE);
        FrameChunks known = new FrameChunks(artifacts, tail, bytes -> {});
        assertThat(known.frames()).isEqualTo(5);
        assertThat(level(known.whole(0, 1))).isBetween(14 * 4, 16 * 4);
        Fact.JobCompleted completed = (Fact.JobCompleted) outcome.facts().get(0);
        Path file = download(completed.video());
        assertThat(completed.frames()).isEqualTo(20 + 12);
        assertThat(VideoReader.readAll(file, 20)).isEqualTo(VideoReader.readAll(download(source), 20));
        assertThat(artifacts.find(ArtifactKeys.givenVideo(job, "source"))).isEmpty();
        assertThat(VideoReader.readAll(streamed(job, 2), 100)).isEqualTo(VideoReader.readAll(file, 100));
        assertThat(initialization(job, 1)).isEqualTo(initialization(job, 0));
    }

    @Test
    void a_video_of_another_size_is_fitted_before_it_is_extended() throws Exception {
        // Given
        Path wide = folder.resolve("wide.mp4");
        try (VideoWriter writer = VideoWriter.create(wide, VideoFormat.of(96, 48, 16), VideoMetadata.NONE)) {
            writer.write(HostTensor.ofBytes(new byte[24 * 48 * 96 * 3], 24, 48, 96, 3));
            writer.finish();
        }
        ArtifactRef source = artifacts.putFile("files/wide", wide);
        JobSpec spec = spec(
                new Task.Extend(source, Task.Direction.BACKWARD),
                Set.of(),
                List.of(new Reading(Role.SOURCE, 5, false)),
                List.of(new Part.Made(0), new Part.Given(Role.SOURCE)),
                window(0, 17, FREE, new End.Video(Role.SOURCE, 5)));
        String job = JobId.video();
        // When
        reading.work((MediaReadingOrder) Order.first(job, spec, Instant.now()), context);
        Outcome encoded = encoding.work(encodingOrder(job, 0, spec, frames(job, 0, 17, 90)), context);
        Outcome outcome = assembling.work((AssemblingOrder) encoded.next().get(0), context);
        // Then
        Fact.JobCompleted completed = (Fact.JobCompleted) outcome.facts().get(0);
        assertThat(completed.frames()).isEqualTo(12 + 12);
        Path streamed = streamed(job, spec.parts().size());
        assertThat(VideoReader.readAll(streamed, 100)).isEqualTo(VideoReader.readAll(download(completed.video()), 100));
    }

    @Test
    void a_given_picture_becomes_one_frame_of_the_job_s_size() {
        // Given: more pixels than a frame of a video may have
        byte[] png = ImageWriter.png(HostTensor.ofBytes(new byte[4032 * 3024 * 3], 3024, 4032, 3));
        JobSpec spec = withPicture(artifacts.putBytes("files/picture", png));
        // When
        Outcome outcome = reading.work((MediaReadingOrder) Order.first(JobId.video(), spec, Instant.now()), context);
        // Then
        assertThat(outcome.artifacts()).singleElement().satisfies(frame -> assertThat(frame.shape())
                .containsExactly(1L, (long) SIDE, (long) SIDE, 3L));
        assertThat(outcome.next()).extracting(Order::stage).containsExactly(Stage.LATENT_ENCODING);
    }

    @Test
    void media_that_cannot_be_read_fails_the_job_with_a_code() {
        // Given
        JobSpec spec = withPicture(
                artifacts.putBytes("files/text", "not a picture".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        MediaReadingOrder order = (MediaReadingOrder) Order.first(JobId.video(), spec, Instant.now());
        // When, Then
        assertThatThrownBy(() -> reading.work(order, context))
                .isInstanceOfSatisfying(
                        OrderFailed.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.MEDIA_UNREADABLE))
                .hasMessageContaining("first_frame");
    }

    @Test
    void two_videos_and_the_passage_between_them_play_as_one() throws Exception {
        // Given
        ArtifactRef from = artifacts.putFile(ArtifactKeys.video(JobId.video()), video("from.mp4", 9, 0));
        ArtifactRef to = artifacts.putFile(ArtifactKeys.video(JobId.video()), video("to.mp4", 13, 100));
        JobSpec spec = spec(
                new Task.Connect(from, to),
                Set.of(),
                BOTH_ENDS,
                List.of(new Part.Given(Role.FROM), new Part.Made(0), new Part.Given(Role.TO)),
                PASSAGE);
        String job = JobId.video();
        // When
        reading.work((MediaReadingOrder) Order.first(job, spec, Instant.now()), context);
        Outcome encoded = encoding.work(encodingOrder(job, 0, spec, frames(job, 0, 17, 50)), context);
        Outcome outcome = assembling.work((AssemblingOrder) encoded.next().get(0), context);
        // Then
        Path whole = streamed(job, spec.parts().size());
        Path video = download(((Fact.JobCompleted) outcome.facts().get(0)).video());
        assertThat(VideoReader.readAll(whole, 100)).isEqualTo(VideoReader.readAll(video, 100));
        assertThat(VideoProbe.probe(whole).seconds()).isEqualTo((9 + 7 + 13) / (double) FPS);
    }

    @Test
    void a_given_video_that_is_gone_on_from_until_its_own_start_is_shown_once() throws Exception {
        // Given
        ArtifactRef source = artifacts.putFile(ArtifactKeys.video(JobId.video()), video("looped.mp4", 9, 0));
        JobSpec spec = spec(
                new Task.CloseLoop(source),
                Set.of(),
                BOTH_ENDS,
                List.of(new Part.Given(Role.FROM), new Part.Made(0)),
                PASSAGE);
        String job = JobId.video();
        // When
        Outcome read = reading.work((MediaReadingOrder) Order.first(job, spec, Instant.now()), context);
        Outcome encoded = encoding.work(encodingOrder(job, 0, spec, frames(job, 0, 17, 50)), context);
        Outcome outcome = assembling.work((AssemblingOrder) encoded.next().get(0), context);
        // Then
        assertThat(read.next().get(0).jobArtifacts().givenFrames()).containsOnlyKeys(Role.FROM, Role.TO);
        Path video = download(((Fact.JobCompleted) outcome.facts().get(0)).video());
        assertThat(VideoProbe.probe(video).frames()).isEqualTo(9 + 7);
        assertThat(VideoReader.readAll(streamed(job, spec.parts().size()), 100))
                .isEqualTo(VideoReader.readAll(video, 100));
    }

    private static StreamPart part(String job, int part) {
        return StreamPart.of(bytes(artifacts.require(ArtifactKeys.streamPart(job, part))));
    }

    private static byte[] initialization(String job, int part) {
        StreamPart described = part(job, part);
        return Arrays.copyOf(bytes(described.media()), (int) described.initializationBytes());
    }

    /** What a player gets together of the first parts. */
    private static Path streamed(String job, int parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(initialization(job, 0));
        for (int i = 0; i < parts; i++) {
            StreamPart part = part(job, i);
            byte[] media = bytes(part.media());
            all.write(media, (int) part.offset(0), (int) (media.length - part.offset(0)));
        }
        return Files.write(folder.resolve(job + "-" + parts + ".mp4"), all.toByteArray());
    }

    private static byte[] bytes(ArtifactRef ref) {
        try (InputStream in = artifacts.open(ref)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SegmentSpec window(int index, int frames, Start start, End end) {
        return SegmentSpec.of(index, index, "a ball", index, frames, start, end, null);
    }

    private static JobSpec withPicture(ArtifactRef picture) {
        return spec(
                new Task.Create(picture, null, List.of()),
                Set.of(),
                List.of(new Reading(Role.FIRST_FRAME, 1, false)),
                Part.made(1),
                window(0, 17, new Start.Picture(Role.FIRST_FRAME), OPEN));
    }

    private static JobSpec spec(Task task, Set<JobSpec.Output> outputs, SegmentSpec... segments) {
        return spec(task, outputs, List.of(), Part.made(segments.length), segments);
    }

    private static JobSpec spec(
            Task task, Set<JobSpec.Output> outputs, List<Reading> readings, List<Part> parts, SegmentSpec... segments) {
        return new JobSpec(
                task,
                "toybox",
                "a ball",
                null,
                SIDE,
                SIDE,
                FPS,
                new SamplingSettings(20, 1),
                "",
                1,
                readings,
                List.of(segments),
                parts,
                outputs);
    }

    private static VideoEncodingOrder encodingOrder(String job, int segment, JobSpec spec, List<ArtifactRef> frames) {
        JobArtifacts jobArtifacts = JobArtifacts.NOTHING.withSegment(segment, s -> s.withFrames(frames));
        return (VideoEncodingOrder) Order.to(Stage.VIDEO_ENCODING, job, segment, spec, jobArtifacts, Instant.now());
    }

    /** Grey frames that grow lighter by four levels each, in two chunks. */
    private static List<ArtifactRef> frames(String job, int segment, int count, int from) {
        HostTensor all = grey(count, from);
        List<ArtifactRef> chunks = new ArrayList<>();
        int half = Math.max(1, count / 2);
        for (int start = 0; start < count; start += half) {
            HostTensor chunk = FrameChunks.part(all, start, Math.min(count, start + half));
            chunks.add(
                    artifacts.putTensors(ArtifactKeys.frames(job, segment, chunks.size()), FrameChunks.content(chunk)));
        }
        return chunks;
    }

    private static HostTensor grey(int count, int from) {
        byte[] pixels = new byte[count * SIDE * SIDE * 3];
        for (int i = 0; i < pixels.length; i++) pixels[i] = (byte) (from + 4 * (i / (SIDE * SIDE * 3)));
        return HostTensor.ofBytes(pixels, count, SIDE, SIDE, 3);
    }

    private static Path video(String name, int count, int from) {
        Path file = folder.resolve(name);
        try (VideoWriter writer = VideoWriter.create(file, FORMAT, VideoMetadata.madeByAi("toybox", "x"))) {
            writer.write(grey(count, from));
            writer.finish();
        }
        return file;
    }

    private static Path download(ArtifactRef ref) {
        Path file = folder.resolve(ref.sha256() + ".mp4");
        artifacts.download(ref, file);
        return file;
    }

    private static List<Integer> levels(Path video) {
        HostTensor frames = VideoReader.readAll(video, 1_000);
        List<Integer> levels = new ArrayList<>();
        for (int i = 0; i < frames.size(0); i++) levels.add(level(FrameChunks.part(frames, i, i + 1)));
        return levels;
    }

    private static int level(HostTensor frame) {
        return frame.data().get(frame.data().remaining() / 2) & 0xff;
    }
}
