package dev.zoetrope.decoder;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.stage.FrameChunks;
import dev.zoetrope.stage.OrderFailed;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.tensors.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pixels that an order's segment must start and end with. */
final class KnownFrames {
    private final Artifacts artifacts;
    private final Order order;
    private final SegmentSpec segment;
    private final StageContext context;

    KnownFrames(Artifacts artifacts, Order order, StageContext context) {
        this.artifacts = artifacts;
        this.order = order;
        this.segment = order.spec().segment(order.segment());
        this.context = context;
    }

    /** The given frames that the segment starts with; null when it starts with none. */
    @Nullable
    HostTensor before() {
        return segment.start()
                .<Optional<HostTensor>>match(
                        Optional::empty,
                        picture -> Optional.of(first(picture.role(), 1)),
                        video -> Optional.of(first(video.role(), video.frames())),
                        continuing -> Optional.empty())
                .orElse(null);
    }

    /** The frames that the segment ends with; null when it ends with none that are known. */
    @Nullable
    HostTensor after(VideoAutoencoder autoencoder, Tiling tiling) {
        return segment.end()
                .<Optional<HostTensor>>match(
                        Optional::empty,
                        picture -> Optional.of(first(picture.role(), 1)),
                        video -> Optional.of(first(video.role(), video.frames())),
                        meeting -> Optional.of(start(meeting.segment(), meeting.frames(), autoencoder, tiling)),
                        circle -> Optional.empty())
                .orElse(null);
    }

    /** A segment's own first frames, made of its first latents alone: later ones do not change them. */
    private HostTensor start(int of, int frames, VideoAutoencoder autoencoder, Tiling tiling) {
        HostTensor latents = new SegmentLatents(artifacts, order, context).of(of);
        int needed = (frames - 1 + autoencoder.temporalFactor() - 1) / autoencoder.temporalFactor() + 1;
        List<HostTensor> pieces = new ArrayList<>();
        autoencoder.decode(LatentFrames.slice(latents, 0, needed), tiling, pieces::add);
        return FrameChunks.part(FrameChunks.join(pieces), 0, frames);
    }

    private HostTensor first(Role role, int frames) {
        FrameChunks given = given(role);
        require(given, frames, role);
        return given.whole(0, frames);
    }

    /** The frames that were read for the role. */
    FrameChunks given(Role role) {
        List<ArtifactRef> frames = order.jobArtifacts().givenFrames().get(role);
        if (frames == null) {
            throw new OrderFailed(
                    ProblemCode.BAD_ORDER,
                    "expected given frames of " + role.label() + ", but there are "
                            + order.jobArtifacts().givenFrames().keySet());
        }
        return new FrameChunks(artifacts, frames, context::read);
    }

    static void require(FrameChunks frames, int needed, Role role) {
        if (frames.frames() < needed) {
            throw new OrderFailed(
                    ProblemCode.INVALID_REQUEST,
                    role.label() + ": expected media of at least " + needed + " frames, but it has " + frames.frames());
        }
    }
}
