package dev.zoetrope.decoder;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order.LatentEncodingOrder;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.stage.FrameChunks;
import dev.zoetrope.stage.Outcome;
import dev.zoetrope.stage.Route;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.stage.StageWork;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Encodes what is known of a segment before it is made: the frames that it has in common with given media, or that its end must
 * meet; where a video is edited, that video's part; and the characters that it is to keep to.
 */
public final class LatentEncodingWork implements StageWork<LatentEncodingOrder> {
    private final Artifacts artifacts;
    private final LoadedModels<VideoAutoencoder> models;
    private final DecoderConfig config;
    private final TileSizes tiles;

    public LatentEncodingWork(Artifacts artifacts, LoadedModels<VideoAutoencoder> models, DecoderConfig config) {
        this.artifacts = artifacts;
        this.models = models;
        this.config = config;
        this.tiles = new TileSizes(config.smallestTile());
    }

    @Override
    public Stage stage() {
        return Stage.LATENT_ENCODING;
    }

    @Override
    public Class<LatentEncodingOrder> orders() {
        return LatentEncodingOrder.class;
    }

    @Override
    public Outcome work(LatentEncodingOrder order, StageContext context) {
        JobSpec spec = order.spec();
        SegmentSpec segment = spec.segment(order.segment());
        JobArtifacts jobArtifacts = order.jobArtifacts();
        List<ArtifactRef> made = new ArrayList<>();
        SegmentSpec.Source source = segment.source();
        if (source != null) {
            ArtifactRef latents = sourceLatents(order, source.from(), context);
            jobArtifacts = jobArtifacts.withGivenLatents(Role.SOURCE, latents);
            made.add(latents);
        }
        if (Route.bringsCharacters(spec, segment)) {
            ArtifactRef latents = characters(order, context);
            jobArtifacts = jobArtifacts.withGivenLatents(Role.CHARACTERS, latents);
            made.add(latents);
        }
        if (segment.meetsFrames()) {
            ArtifactRef known = known(order, context);
            jobArtifacts = jobArtifacts.withSegment(order.segment(), s -> s.withKnown(known));
            made.add(known);
        }
        return new Outcome(List.of(Route.afterLatentEncoding(order, jobArtifacts)), made, List.of());
    }

    private ArtifactRef known(LatentEncodingOrder order, StageContext context) {
        String key = ArtifactKeys.known(order.job(), order.segment());
        return artifacts.find(key).orElseGet(() -> {
            SegmentSpec segment = order.spec().segment(order.segment());
            KnownFrames frames = new KnownFrames(artifacts, order, context);
            VideoAutoencoder autoencoder = models.get(order.spec().model());
            HostTensor after = frames.after(autoencoder, new Tiling(config.tileSize()));
            Safetensors known = Conditioning.stored(autoencoder.known(frames.before(), after, segment.frames()));
            return context.patiently(() -> artifacts.putTensors(key, known));
        });
    }

    /** A latent frame of each character's picture. */
    private ArtifactRef characters(LatentEncodingOrder order, StageContext context) {
        String key = ArtifactKeys.givenLatents(order.job(), Role.CHARACTERS.label());
        return artifacts.find(key).orElseGet(() -> {
            FrameChunks pictures = new KnownFrames(artifacts, order, context).given(Role.CHARACTERS);
            VideoAutoencoder autoencoder = models.get(order.spec().model());
            HostTensor latents = null;
            for (int i = 0; i < pictures.frames(); i++) {
                HostTensor picture = pictures.whole(i, i + 1);
                HostTensor latent = tiles.shrinking(
                        config.tileSize(),
                        order.spec(),
                        tiling -> autoencoder.encode(List.of(picture).iterator(), tiling));
                latents = latents == null ? latent : LatentFrames.concat(latents, latent);
            }
            Safetensors content = new Safetensors(Map.of("latents", Objects.requireNonNull(latents)));
            return context.patiently(() -> artifacts.putTensors(key, content));
        });
    }

    private ArtifactRef sourceLatents(LatentEncodingOrder order, int from, StageContext context) {
        String key = ArtifactKeys.givenLatents(order.job(), Role.SOURCE.label() + "-" + order.segment());
        return artifacts.find(key).orElseGet(() -> {
            JobSpec spec = order.spec();
            FrameChunks frames = new KnownFrames(artifacts, order, context).given(Role.SOURCE);
            int to = from + spec.segment(order.segment()).frames();
            KnownFrames.require(frames, to, Role.SOURCE);
            HostTensor latents = tiles.shrinking(
                    config.tileSize(), spec, tiling -> models.get(spec.model()).encode(frames.slice(from, to), tiling));
            Safetensors content = new Safetensors(Map.of("latents", latents));
            return context.patiently(() -> artifacts.putTensors(key, content));
        });
    }
}
