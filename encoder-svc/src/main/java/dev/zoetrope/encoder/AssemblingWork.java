package dev.zoetrope.encoder;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.codec.preview.Preview;
import dev.zoetrope.codec.reading.VideoInfo;
import dev.zoetrope.codec.reading.VideoProbe;
import dev.zoetrope.codec.writing.ImageWriter;
import dev.zoetrope.codec.writing.SegmentAssembler;
import dev.zoetrope.codec.writing.VideoMetadata;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.JobSpec.Output;
import dev.zoetrope.contracts.Order.AssemblingOrder;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.stage.FrameChunks;
import dev.zoetrope.stage.OrderFailed;
import dev.zoetrope.stage.Outcome;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.stage.StageWork;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Joins the segments' videos into the job's, or writes its picture, with what else the job asks for; then the job is done. */
public final class AssemblingWork implements StageWork<AssemblingOrder> {
    private final Artifacts artifacts;
    private final EncoderConfig config;

    public AssemblingWork(Artifacts artifacts, EncoderConfig config) {
        this.artifacts = artifacts;
        this.config = config;
    }

    @Override
    public Stage stage() {
        return Stage.ASSEMBLING;
    }

    @Override
    public Class<AssemblingOrder> orders() {
        return AssemblingOrder.class;
    }

    @Override
    public Outcome work(AssemblingOrder order, StageContext context) {
        try (Scratch scratch = new Scratch(order.job())) {
            return order.spec().makesImage() ? image(order, context) : new Assembly(order, scratch, context).outcome();
        }
    }

    private Outcome image(AssemblingOrder order, StageContext context) {
        String key = ArtifactKeys.image(order.job());
        ArtifactRef image = artifacts.find(key).orElseGet(() -> {
            HostTensor frame =
                    new FrameChunks(artifacts, order.jobArtifacts().segment(0).frames(), context::read).whole(0, 1);
            return artifacts.putBytes(key, ImageWriter.png(frame));
        });
        Fact.JobCompleted completed = new Fact.JobCompleted(order.job(), Instant.now(), null, image, null, null, 1, 0);
        return new Outcome(List.of(), List.of(image), List.of(completed));
    }

    /** One video on its way into one file. */
    private final class Assembly {
        private final AssemblingOrder order;
        private final JobSpec spec;
        private final StageContext context;
        private final Scratch scratch;
        private final List<ArtifactRef> made = new ArrayList<>();
        private @Nullable Path local;

        Assembly(AssemblingOrder order, Scratch scratch, StageContext context) {
            this.order = order;
            this.spec = order.spec();
            this.scratch = scratch;
            this.context = context;
        }

        Outcome outcome() {
            ArtifactRef video = once(
                    ArtifactKeys.video(order.job()),
                    () -> artifacts.putFile(ArtifactKeys.video(order.job()), joined()));
            ArtifactRef thumbnail = spec.outputs().contains(Output.THUMBNAIL) ? thumbnail(video) : null;
            ArtifactRef spritesheet = spec.outputs().contains(Output.SPRITESHEET) ? spritesheet(video) : null;
            VideoInfo info = VideoProbe.probe(file(video));
            Fact.JobCompleted completed = new Fact.JobCompleted(
                    order.job(),
                    Instant.now(),
                    video,
                    null,
                    thumbnail,
                    spritesheet,
                    Math.toIntExact(info.frames()),
                    info.seconds());
            return new Outcome(List.of(), made, List.of(completed));
        }

        private ArtifactRef once(String key, Supplier<ArtifactRef> making) {
            ArtifactRef ref = artifacts.find(key).orElseGet(making);
            made.add(ref);
            return ref;
        }

        private Path joined() {
            List<Path> parts = new ArrayList<>();
            List<ArtifactRef> refs = parts();
            for (ArtifactRef ref : refs) {
                Path part = scratch.file("part-" + parts.size() + ".mp4");
                download(ref, part);
                parts.add(part);
                context.progress(parts.size(), refs.size() + 1);
            }
            Path video = scratch.file("video.mp4");
            SegmentAssembler.join(parts, video, VideoMetadata.madeByAi(spec.model(), order.job()));
            local = video;
            return video;
        }

        /** What is shown, in order. */
        private List<ArtifactRef> parts() {
            return spec.parts().stream()
                    .map(part -> part.match(made -> segmentVideo(made.segment()), given -> givenVideo(given.role())))
                    .toList();
        }

        /** The file itself, unless media reading had to make it anew. */
        private ArtifactRef givenVideo(Role role) {
            return artifacts
                    .find(ArtifactKeys.givenVideo(order.job(), role.label()))
                    .orElseGet(() ->
                            spec.task().files().getOrDefault(role, List.of()).get(0));
        }

        private ArtifactRef segmentVideo(int segment) {
            ArtifactRef video = order.jobArtifacts().segment(segment).video();
            if (video == null) {
                throw new OrderFailed(
                        ProblemCode.BAD_ORDER, "expected a video of segment " + segment + ", but none came");
            }
            return video;
        }

        private ArtifactRef thumbnail(ArtifactRef video) {
            String key = ArtifactKeys.thumbnail(order.job());
            return once(key, () -> artifacts.putBytes(key, Preview.thumbnail(file(video), config.thumbnailSide())));
        }

        private ArtifactRef spritesheet(ArtifactRef video) {
            String key = ArtifactKeys.spritesheet(order.job());
            return once(
                    key,
                    () -> artifacts.putBytes(
                            key,
                            Preview.spriteSheet(
                                            file(video), config.spriteGrid(), config.spriteGrid(), config.spriteSide())
                                    .jpeg()));
        }

        private Path file(ArtifactRef video) {
            Path file = local;
            if (file == null) {
                file = scratch.file("video.mp4");
                download(video, file);
                local = file;
            }
            return file;
        }

        private void download(ArtifactRef ref, Path file) {
            artifacts.download(ref, file);
            context.read(ref.bytes());
        }
    }
}
