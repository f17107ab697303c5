package dev.zoetrope.encoder;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.writing.EncoderSettings;
import dev.zoetrope.codec.writing.VideoMetadata;
import dev.zoetrope.codec.writing.VideoWriter;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Order.VideoEncodingOrder;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Span;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.stage.FrameChunks;
import dev.zoetrope.stage.OrderFailed;
import dev.zoetrope.stage.Outcome;
import dev.zoetrope.stage.Route;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.stage.StageWork;
import dev.zoetrope.stage.WorkStopped;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Encodes a segment's new frames, and offers them to players; whichever segment is the last to be encoded has the job assembled.
 */
public final class VideoEncodingWork implements StageWork<VideoEncodingOrder> {
    private final Artifacts artifacts;
    private final EncoderSettings settings;
    private final Streaming streaming;

    public VideoEncodingWork(Artifacts artifacts, EncoderSettings settings) {
        this.artifacts = artifacts;
        this.settings = settings;
        this.streaming = new Streaming(artifacts);
    }

    @Override
    public Stage stage() {
        return Stage.VIDEO_ENCODING;
    }

    @Override
    public Class<VideoEncodingOrder> orders() {
        return VideoEncodingOrder.class;
    }

    @Override
    public Outcome work(VideoEncodingOrder order, StageContext context) {
        String key = ArtifactKeys.segmentVideo(order.job(), order.segment());
        ArtifactRef video = artifacts.find(key).orElseGet(() -> encode(order, key, context));
        streaming.offer(order.job(), order.spec(), order.segment(), video, context);
        JobArtifacts jobArtifacts = order.jobArtifacts().withSegment(order.segment(), s -> s.withVideo(video));
        List<Order> next = all(order, jobArtifacts)
                .map(whole -> List.of(Route.afterVideoEncoding(order, whole)))
                .orElse(List.of());
        return new Outcome(next, List.of(video), List.of());
    }

    /**
     * What was gathered with every segment's video, if all are there and offered to players: a job that has ended can be played
     * to its end. The store is consistent, so of encoders that finish at once the later sees all; if both do, both have the job
     * assembled, which is done once.
     */
    private Optional<JobArtifacts> all(VideoEncodingOrder order, JobArtifacts jobArtifacts) {
        JobArtifacts whole = jobArtifacts;
        // From the end, where the first that is missing is found soonest.
        for (int i = order.spec().segments().size() - 1; i >= 0; i--) {
            if (i == order.segment()) continue;
            if (!streaming.isOffered(order.job(), order.spec(), i)) return Optional.empty();
            ArtifactRef video = artifacts.require(ArtifactKeys.segmentVideo(order.job(), i));
            whole = whole.withSegment(i, s -> s.withVideo(video));
        }
        return Optional.of(whole);
    }

    private ArtifactRef encode(VideoEncodingOrder order, String key, StageContext context) {
        JobSpec spec = order.spec();
        SegmentSpec segment = spec.segment(order.segment());
        Span shown = segment.shown();
        FrameChunks frames = new FrameChunks(
                artifacts, order.jobArtifacts().segment(order.segment()).frames(), context::read);
        int expected = segment.decoded();
        if (frames.frames() != expected) {
            throw new OrderFailed(
                    ProblemCode.BAD_ORDER,
                    "frames: expected " + expected + " of segment " + order.segment() + ", but " + frames.frames()
                            + " came");
        }
        try (Scratch scratch = new Scratch(order.job())) {
            Path file = scratch.file("segment.mp4");
            VideoFormat format = VideoFormat.of(spec.width(), spec.height(), spec.framesPerSecond());
            try (VideoWriter writer = VideoWriter.create(file, format, settings, VideoMetadata.NONE)) {
                for (Iterator<HostTensor> chunks = frames.slice(shown.from(), shown.to()); chunks.hasNext(); ) {
                    if (context.stopRequested()) throw new WorkStopped(order);
                    writer.write(chunks.next());
                    context.progress((int) writer.frames(), shown.count());
                }
                writer.finish();
            }
            return context.patiently(() -> artifacts.putFile(key, file));
        }
    }
}
