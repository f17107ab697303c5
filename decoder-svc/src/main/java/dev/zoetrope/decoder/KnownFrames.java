package dev.zoetrope.decoder;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.stage.FrameChunks;
import dev.zoetrope.stage.OrderFailed;
import dev.zoetrope.stage.Route;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.tensors.HostTensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pixels that an order's segment must start and end with. */
final class KnownFrames {
    private final Artifacts artifacts;
    private final Order order;
    private final JobSpec spec;
    private final int segment;
    private final StageContext context;

    KnownFrames(Artifacts artifacts, Order order, StageContext context) {
        this.artifacts = artifacts;
        this.order = order;
        this.spec = order.spec();
        this.segment = order.segment();
        this.context = context;
    }

    /** The given frames that the segment starts with; null when it starts with none. */
    @Nullable
    HostTensor before() {
        int overlap = spec.segment(segment).overlapFrames();
        if (overlap == 0 || Route.goesOn(spec, segment)) return null;
        FrameChunks frames = given(Given.Role.FIRST_FRAME, Given.Role.SOURCE, Given.Role.FROM);
        require(frames, overlap, "overlapFrames");
        return frames.whole(frames.frames() - overlap, frames.frames());
    }

    /** The frames that the segment ends with; null when it ends with none that are known. */
    @Nullable
    HostTensor after(VideoAutoencoder autoencoder, Tiling tiling) {
        int closing = spec.segment(segment).closingFrames();
        if (closing == 0 || Route.circles(spec)) return null;
        if (Route.closesLoop(spec, segment)) return start(0, closing, autoencoder, tiling);
        if (Route.leadsUp(spec, segment)) return start(segment + 1, closing, autoencoder, tiling);
        FrameChunks frames = given(Given.Role.LAST_FRAME, Given.Role.TO, Given.Role.SOURCE);
        require(frames, closing, "closingFrames");
        return frames.whole(0, closing);
    }

    /** A segment's own first frames, made of its first latents alone: later ones do not change them. */
    private HostTensor start(int of, int frames, VideoAutoencoder autoencoder, Tiling tiling) {
        HostTensor latents = new SegmentLatents(artifacts, order, context).of(of);
        int needed = (frames - 1 + autoencoder.temporalFactor() - 1) / autoencoder.temporalFactor() + 1;
        List<HostTensor> pieces = new ArrayList<>();
        autoencoder.decode(LatentFrames.slice(latents, 0, needed), tiling, pieces::add);
        return FrameChunks.part(FrameChunks.join(pieces), 0, frames);
    }

    /** The frames given for the first of these roles that there is. */
    FrameChunks given(Given.Role... roles) {
        for (Given.Role role : roles) {
            List<ArtifactRef> frames = order.gathered().givenFrames().get(role);
            if (frames != null) return new FrameChunks(artifacts, frames, context::read);
        }
        throw new OrderFailed(
                ProblemCode.BAD_ORDER,
                "expected given frames of one of " + List.of(roles) + ", but there are "
                        + order.gathered().givenFrames().keySet());
    }

    static void require(FrameChunks frames, int needed, String field) {
        if (frames.frames() < needed) {
            throw new OrderFailed(
                    ProblemCode.INVALID_REQUEST,
                    field + ": expected media of at least " + needed + " frames, but it has " + frames.frames());
        }
    }
}
