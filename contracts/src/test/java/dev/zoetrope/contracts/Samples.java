package dev.zoetrope.contracts;

import dev.zoetrope.contracts.request.CharacterReference;
import dev.zoetrope.contracts.request.CreateVideo;
import dev.zoetrope.contracts.request.Format;
import dev.zoetrope.contracts.request.ImageReference;
import dev.zoetrope.contracts.request.Sampling;
import dev.zoetrope.contracts.request.Shot;
import dev.zoetrope.contracts.request.Webhook;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;

/** One message of every kind, with every field filled. */
final class Samples {
    static final String JOB = "video_01k0zn4b6f3q8w2x5y7t9r1e0d";
    static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private static final String ORDER = "order_01k0zn4b6f3q8w2x5y7t9r1e0d";

    private Samples() {}

    static List<Message> all() {
        return Stream.<Message>of(
                        new Order.MediaReadingOrder(ORDER, JOB, 0, AT, 0, spec(), JobArtifacts.NOTHING),
                        new Order.LatentEncodingOrder(ORDER, JOB, 1, AT, 0, spec(), jobArtifacts()),
                        new Order.TextEncodingOrder(ORDER, JOB, 0, AT, 0, spec(), jobArtifacts()),
                        new Order.DenoisingOrder(ORDER, JOB, 2, AT, 1, spec(), jobArtifacts(), tensor("checkpoint")),
                        new Order.DecodingOrder(ORDER, JOB, 0, AT, 1, spec(), jobArtifacts(), 256),
                        new Order.VideoEncodingOrder(ORDER, JOB, 0, AT, 0, spec(), jobArtifacts()),
                        new Order.AssemblingOrder(ORDER, JOB, 0, AT, 0, spec(), jobArtifacts()),
                        new Fact.JobAccepted(
                                JOB,
                                AT,
                                spec(),
                                new Fact.ClientRequest(
                                        "4",
                                        "video_01k0zn4b6f3q8w2x5y7t9r1e0c",
                                        "3f9a",
                                        new Fact.Webhook("https://example.com/hook", "we_1"),
                                        "A234-1234-1234",
                                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                        3)),
                        new Fact.StageStarted(JOB, AT, Stage.DENOISING, 1, 0, "denoiser-7"),
                        new Fact.StageProgressed(JOB, AT, Stage.DENOISING, 1, 5, 20, file("preview.webp")),
                        new Fact.StageCompleted(
                                JOB, AT, Stage.DECODING, 1, 1.25, 0.5, List.of(tensor("frames-0"), tensor("frames-1"))),
                        new Fact.JobCompleted(
                                JOB,
                                AT,
                                file("video.mp4"),
                                null,
                                file("thumbnail.webp"),
                                file("spritesheet.jpg"),
                                65,
                                4.0625),
                        new Fact.JobFailed(
                                JOB,
                                AT,
                                ProblemCode.OUT_OF_MEMORY,
                                "expected 512 MiB free, came 100 MiB",
                                Stage.DECODING),
                        new Fact.JobCancelled(JOB, AT),
                        new Fact.JobDeleted(JOB, AT),
                        new Fact.WebhookSettled(JOB, AT, "we_1", "evt_1", true, 2),
                        new Control.CancelRequested(JOB, AT),
                        new Control.WorkDropped(JOB, AT),
                        offer(),
                        new GenerationRequested(JOB, "2c70e12b7a0646f92279f427c7b38e73", video()),
                        new DeadLetter(
                                AT,
                                "zoetrope.denoising",
                                0,
                                17,
                                5,
                                JOB,
                                ProblemCode.BAD_ORDER,
                                "expected a JSON object, came hello",
                                "aGVsbG8="))
                .toList();
    }

    private static CreateVideo video() {
        return new CreateVideo(
                "a red ball bounces over the sea",
                new Format("toybox", "64x64", 16),
                null,
                new ImageReference("file_1", null, null),
                null,
                null,
                new Sampling(20, 5.0, "blurry", 42L),
                false,
                List.of(new Shot("the ball", new BigDecimal("2.5"), true)),
                List.of(new CharacterReference("char_1")),
                true,
                new Webhook("https://example.com/hook", null));
    }

    static ModelOffered offer() {
        return new ModelOffered(
                AT,
                new ModelCard(
                        "toybox",
                        "wan",
                        16,
                        256,
                        64,
                        64,
                        new SamplingSettings(20, 5.0),
                        new ModelCard.Text("blurry"),
                        new ModelCard.Video(4, 33, 16),
                        new ModelCard.Image(),
                        new ModelCard.GivenFrames(false),
                        new ModelCard.Continuation(),
                        new ModelCard.Edit(),
                        new ModelCard.References(),
                        null),
                0.125);
    }

    static JobSpec spec() {
        return spec(new Task.Create(file("first.png"), file("last.png"), List.of(file("hero.png"))));
    }

    static JobSpec spec(Task task) {
        return new JobSpec(
                task,
                "toybox",
                "a red ball bounces over the sea",
                "a glossy red ball bounces over a calm sea at dawn",
                64,
                48,
                16,
                new SamplingSettings(20, 5.0),
                "blurry",
                42,
                List.of(new Reading(Role.FIRST_FRAME, 1, false), new Reading(Role.SOURCE, 9, true)),
                segments(),
                List.of(new Part.Given(Role.FROM), new Part.Made(0), new Part.Made(1)),
                EnumSet.of(JobSpec.Output.THUMBNAIL, JobSpec.Output.SPRITESHEET));
    }

    /** Segments with every start and every end. */
    private static List<SegmentSpec> segments() {
        List<Start> starts = List.of(
                new Start.Free(),
                new Start.Picture(Role.FIRST_FRAME),
                new Start.Video(Role.FROM, 9),
                new Start.Continuing(0, 5),
                new Start.Free());
        List<End> ends = List.of(
                new End.Circle(),
                new End.Picture(Role.LAST_FRAME),
                new End.Video(Role.TO, 9),
                new End.Meeting(0, 9),
                new End.Free());
        List<SegmentSpec> segments = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            SegmentSpec.Source source = new SegmentSpec.Source(4, 0.5);
            segments.add(SegmentSpec.of(i, i, "the ball sinks", 42 + i, 33, starts.get(i), ends.get(i), source));
        }
        return segments;
    }

    /** A task of every kind. */
    static List<Task> tasks() {
        return List.of(
                new Task.Image(),
                new Task.Create(file("first.png"), null, List.of(file("hero.png"))),
                new Task.Loop(),
                new Task.Extend(file("source.mp4"), Task.Direction.BACKWARD),
                new Task.Connect(file("from.mp4"), file("to.mp4")),
                new Task.CloseLoop(file("source.mp4")),
                new Task.Edit(file("source.mp4"), 0.5));
    }

    private static JobArtifacts jobArtifacts() {
        return JobArtifacts.NOTHING
                .withGivenFrames(Role.FIRST_FRAME, List.of(tensor("given-first")))
                .withGivenLatents(Role.FIRST_FRAME, tensor("given-first-latents"))
                .withNegativeEmbeddings(tensor("negative"))
                .withSegment(0, segment -> segment.withEmbeddings(tensor("embeddings"))
                        .withKnown(file("known.safetensors"))
                        .withLatents(tensor("latents"))
                        .withFrames(List.of(tensor("frames-0")))
                        .withVideo(file("segment.mp4")));
    }

    static ArtifactRef file(String name) {
        return ArtifactRef.file("jobs/" + JOB + "/" + name, 1234, "ab".repeat(32));
    }

    static ArtifactRef tensor(String name) {
        return new ArtifactRef(
                "jobs/" + JOB + "/" + name + ".safetensors", 4096, "cd".repeat(32), "F32", List.of(1L, 2L, 512L));
    }
}
