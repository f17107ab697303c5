package dev.zoetrope.decoder;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order.DecodingOrder;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.engine.Seams;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.stage.FrameChunks;
import dev.zoetrope.stage.Outcome;
import dev.zoetrope.stage.Route;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.stage.StageWork;
import dev.zoetrope.stage.WorkStopped;
import dev.zoetrope.tensors.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Decodes a segment's latents into chunks of frames. */
public final class DecodingWork implements StageWork<DecodingOrder> {
    private final Artifacts artifacts;
    private final LoadedModels<VideoAutoencoder> models;
    private final DecoderConfig config;
    private final TileSizes tiles;

    public DecodingWork(Artifacts artifacts, LoadedModels<VideoAutoencoder> models, DecoderConfig config) {
        this.artifacts = artifacts;
        this.models = models;
        this.config = config;
        this.tiles = new TileSizes(config.smallestTile());
    }

    @Override
    public Stage stage() {
        return Stage.DECODING;
    }

    @Override
    public Class<DecodingOrder> orders() {
        return DecodingOrder.class;
    }

    /** A worker that was killed may have been killed for its memory. */
    @Override
    public DecodingOrder afterLosses(DecodingOrder order, int losses) {
        if (losses < 2) return order;
        Integer tile = order.tileSize();
        int smaller = tiles.smaller(tile == null ? config.tileSize() : tile, order.spec());
        return smaller == 0 ? order : order.withTileSize(smaller);
    }

    @Override
    public Outcome work(DecodingOrder order, StageContext context) {
        List<ArtifactRef> frames = made(order).orElseGet(() -> decode(order, context));
        JobArtifacts jobArtifacts = order.jobArtifacts().withSegment(order.segment(), s -> s.withFrames(frames));
        return new Outcome(List.of(Route.afterDecoding(order, jobArtifacts)), frames, List.of());
    }

    /** What an earlier delivery made, if it made all. */
    private Optional<List<ArtifactRef>> made(DecodingOrder order) {
        int expected = order.spec().segment(order.segment()).decoded();
        List<ArtifactRef> chunks = new ArrayList<>();
        for (int frames = 0; frames < expected; ) {
            Optional<ArtifactRef> chunk =
                    artifacts.find(ArtifactKeys.frames(order.job(), order.segment(), chunks.size()));
            if (chunk.isEmpty()) return Optional.empty();
            chunks.add(chunk.get());
            frames += FrameChunks.frames(chunk.get());
        }
        return Optional.of(chunks);
    }

    private List<ArtifactRef> decode(DecodingOrder order, StageContext context) {
        JobSpec spec = order.spec();
        SegmentLatents latents = new SegmentLatents(artifacts, order, context);
        Integer tile = order.tileSize();
        return tiles.shrinking(
                tile == null ? config.tileSize() : tile, spec, tiling -> decode(order, latents, tiling, context));
    }

    private List<ArtifactRef> decode(DecodingOrder order, SegmentLatents latents, Tiling tiling, StageContext context) {
        JobSpec spec = order.spec();
        int segment = order.segment();
        int total = spec.segment(segment).decoded();
        ChunkWriter chunks = new ChunkWriter(
                artifacts, context, n -> ArtifactKeys.frames(order.job(), segment, n), chunkLength(spec));
        int[] done = {0};
        Consumer<HostTensor> sink = frames -> {
            if (context.stopRequested()) throw new WorkStopped(order);
            chunks.write(frames);
            done[0] += (int) frames.size(0);
            context.progress(Math.min(done[0], total), total);
        };
        VideoAutoencoder autoencoder = models.get(spec.model());
        decode(order, latents, autoencoder, tiling, meeting(order, autoencoder, tiling, sink, context));
        return chunks.finish();
    }

    private static void decode(
            DecodingOrder order,
            SegmentLatents latents,
            VideoAutoencoder autoencoder,
            Tiling tiling,
            Consumer<HostTensor> sink) {
        SegmentSpec segment = order.spec().segment(order.segment());
        HostTensor own = latents.of(segment.index());
        Start.Continuing start = segment.start().continued().orElse(null);
        if (segment.end().circles()) {
            autoencoder.decodeLoop(own, tiling, sink);
        } else if (start != null) {
            int factor = autoencoder.temporalFactor();
            HostTensor fresh = LatentFrames.last(own, segment.decoded() / factor);
            autoencoder.decodeAfter(latents.upTo(start.segment(), factor), fresh, tiling, sink);
        } else {
            autoencoder.decode(own, tiling, sink);
        }
    }

    /** The sink behind the seams with what the segment starts and ends with. A picture is met as the model keeps it. */
    private Consumer<HostTensor> meeting(
            DecodingOrder order,
            VideoAutoencoder autoencoder,
            Tiling tiling,
            Consumer<HostTensor> sink,
            StageContext context) {
        SegmentSpec segment = order.spec().segment(order.segment());
        KnownFrames known = new KnownFrames(artifacts, order, context);
        Start start = segment.start();
        HostTensor before = start.fades() ? known.before() : null;
        HostTensor after = known.after(autoencoder, tiling);
        if (segment.end().keeps() && after != null) after = autoencoder.kept(after, tiling);
        return Seams.meeting(
                sink,
                autoencoder.temporalFactor(),
                before == null ? 0 : start.frames(),
                before == null ? null : FrameChunks.part(before, (int) before.size(0) - 1, (int) before.size(0)),
                segment.decoded() - segment.end().frames(),
                after == null ? null : FrameChunks.part(after, 0, 1));
    }

    private int chunkLength(JobSpec spec) {
        int frameBytes = spec.width() * spec.height() * 3;
        return Math.max(1, Math.min(config.chunkFrames(), config.chunkBytes() / frameBytes));
    }
}
