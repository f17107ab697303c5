package dev.zoetrope.denoiser;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Gathered;
import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order.DenoisingOrder;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.stage.OrderFailed;
import dev.zoetrope.stage.Outcome;
import dev.zoetrope.stage.Route;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.stage.StageWork;
import dev.zoetrope.stage.WorkStopped;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Denoises one segment, going on from the last checkpoint if there is one. */
final class DenoisingWork implements StageWork<DenoisingOrder> {
    private final Artifacts artifacts;
    private final LoadedModels<Denoiser> models;
    private final DenoiserConfig config;

    DenoisingWork(Artifacts artifacts, LoadedModels<Denoiser> models, DenoiserConfig config) {
        this.artifacts = artifacts;
        this.models = models;
        this.config = config;
    }

    @Override
    public Stage stage() {
        return Stage.DENOISING;
    }

    @Override
    public Class<DenoisingOrder> orders() {
        return DenoisingOrder.class;
    }

    @Override
    public Outcome work(DenoisingOrder order, StageContext context) {
        String key = ArtifactKeys.latents(order.job(), order.segment());
        ArtifactRef latents = artifacts.find(key).orElseGet(() -> denoise(order, key, context));
        Gathered gathered = order.gathered().withSegment(order.segment(), s -> s.withLatents(latents));
        return new Outcome(Route.afterDenoising(order, gathered), List.of(latents), List.of());
    }

    private ArtifactRef denoise(DenoisingOrder order, String key, StageContext context) {
        JobSpec spec = order.spec();
        if (!models.library().has(spec.model())) {
            throw new OrderFailed(ProblemCode.MODEL_NOT_FOUND, "model: there is none named " + spec.model());
        }
        Denoiser denoiser = models.get(spec.model());
        Checkpoints checkpoints = new Checkpoints(artifacts, config, order, context);
        HostTensor latents;
        try {
            DenoisingRequest request = request(order, denoiser, context);
            latents = denoiser.denoise(request, checkpoints.earlier(), checkpoints);
        } catch (Denoiser.DenoisingStopped e) {
            throw new WorkStopped(checkpoints.rest(order));
        } catch (IllegalArgumentException e) {
            throw new OrderFailed(ProblemCode.INVALID_REQUEST, String.valueOf(e.getMessage()), e);
        }
        Safetensors content = new Safetensors(Map.of("latents", latents));
        ArtifactRef ref = context.patiently(() -> artifacts.putTensors(key, content));
        checkpoints.delete();
        return ref;
    }

    private DenoisingRequest request(DenoisingOrder order, Denoiser denoiser, StageContext context) {
        JobSpec spec = order.spec();
        SegmentSpec segment = spec.segment(order.segment());
        Gathered gathered = order.gathered();
        Gathered.Segment made = gathered.segment(order.segment());
        Given.@Nullable Edit edit = spec.given().edit();
        double strength = edit == null ? 1 : edit.strength();
        return new DenoisingRequest(
                segment.frames(),
                spec.height(),
                spec.width(),
                tensor(required(made.embeddings(), "embeddings", order), "embeddings", context),
                spec.guidance() == 1
                        ? null
                        : tensor(
                                required(gathered.negativeEmbeddings(), "negative embeddings", order),
                                "embeddings",
                                context),
                known(order, denoiser, context),
                strength == 1 ? null : givenLatents(Given.Role.SOURCE, order, context),
                strength,
                spec.steps(),
                spec.guidance(),
                segment.seed(),
                null,
                Route.circles(spec),
                spec.given().characters().isEmpty() ? null : givenLatents(Given.Role.CHARACTERS, order, context));
    }

    private HostTensor givenLatents(Given.Role role, DenoisingOrder order, StageContext context) {
        ArtifactRef ref = order.gathered().givenLatents().get(role);
        return tensor(required(ref, "latents of the given " + role.label(), order), "latents", context);
    }

    /** What the segment starts or ends with: given frames, and what the segment before it ends with. */
    private @Nullable Safetensors known(DenoisingOrder order, Denoiser denoiser, StageContext context) {
        int segment = order.segment();
        ArtifactRef given = order.gathered().segment(segment).known();
        Safetensors known = given == null ? null : read(given, context);
        if (!Route.goesOn(order.spec(), segment)) return known;
        ArtifactRef before =
                required(order.gathered().segment(segment - 1).latents(), "latents of the segment before", order);
        SegmentSpec window = order.spec().segment(segment);
        return denoiser.continuation(
                tensor(before, "latents", context), window.overlapFrames(), window.frames(), known);
    }

    private static ArtifactRef required(@Nullable ArtifactRef ref, String what, DenoisingOrder order) {
        if (ref == null) {
            throw new OrderFailed(
                    ProblemCode.BAD_ORDER, "expected " + what + " of segment " + order.segment() + ", but none came");
        }
        return ref;
    }

    private HostTensor tensor(ArtifactRef ref, String name, StageContext context) {
        return read(ref, context).get(name);
    }

    private Safetensors read(ArtifactRef ref, StageContext context) {
        Safetensors content = artifacts.tensors(ref);
        context.read(ref.bytes());
        return content;
    }
}
