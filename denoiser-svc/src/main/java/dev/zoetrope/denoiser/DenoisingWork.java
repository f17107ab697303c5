package dev.zoetrope.denoiser;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order.DenoisingOrder;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.Embeddings;
import dev.zoetrope.engine.StaleCheckpoint;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.stage.OrderFailed;
import dev.zoetrope.stage.Outcome;
import dev.zoetrope.stage.Route;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.stage.StageWork;
import dev.zoetrope.stage.WorkStopped;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Denoises one segment, going on from the last checkpoint if there is one. */
public final class DenoisingWork implements StageWork<DenoisingOrder> {
    private final Artifacts artifacts;
    private final LoadedModels<Denoiser> models;
    private final DenoiserConfig config;

    public DenoisingWork(Artifacts artifacts, LoadedModels<Denoiser> models, DenoiserConfig config) {
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
        JobArtifacts jobArtifacts = order.jobArtifacts().withSegment(order.segment(), s -> s.withLatents(latents));
        return new Outcome(Route.afterDenoising(order, jobArtifacts), List.of(latents), List.of());
    }

    private ArtifactRef denoise(DenoisingOrder order, String key, StageContext context) {
        String model = order.spec().model();
        Denoiser denoiser = models.get(model);
        String version = models.library().model(model).version();
        Checkpoints checkpoints = new Checkpoints(artifacts, config, order, version, context);
        HostTensor latents;
        try {
            latents = denoise(denoiser, request(order, context), checkpoints);
        } catch (Denoiser.DenoisingStopped e) {
            throw new WorkStopped(checkpoints.rest(order));
        }
        Safetensors content = new Safetensors(Map.of("latents", latents));
        ArtifactRef ref = context.patiently(() -> artifacts.putTensors(key, content));
        checkpoints.delete();
        return ref;
    }

    private static HostTensor denoise(Denoiser denoiser, DenoisingRequest request, Checkpoints checkpoints) {
        try {
            return denoiser.denoise(request, checkpoints.earlier(), checkpoints);
        } catch (StaleCheckpoint e) {
            checkpoints.dismiss(e.getMessage());
            return denoiser.denoise(request, null, checkpoints);
        }
    }

    private DenoisingRequest request(DenoisingOrder order, StageContext context) {
        JobSpec spec = order.spec();
        SegmentSpec segment = spec.segment(order.segment());
        JobArtifacts jobArtifacts = order.jobArtifacts();
        ArtifactRef prompt = jobArtifacts.segment(order.segment()).embeddings();
        return new DenoisingRequest(
                segment.frames(),
                spec.height(),
                spec.width(),
                embeddings(required(prompt, "embeddings", order), context),
                spec.sampling().usesNegativePrompt()
                        ? embeddings(required(jobArtifacts.negativeEmbeddings(), "negative embeddings", order), context)
                        : null,
                conditioning(order, context),
                spec.sampling(),
                segment.seed(),
                null);
    }

    /** What the segment is made of beside its prompt. */
    private List<Conditioning> conditioning(DenoisingOrder order, StageContext context) {
        JobSpec spec = order.spec();
        SegmentSpec segment = spec.segment(order.segment());
        JobArtifacts jobArtifacts = order.jobArtifacts();
        List<Conditioning> conditioning = new ArrayList<>();
        ArtifactRef known = jobArtifacts.segment(segment.index()).known();
        if (known != null) conditioning.addAll(Conditioning.read(read(known, context)));
        Start.Continuing start = segment.start().continued().orElse(null);
        if (start != null) {
            ArtifactRef before = required(
                    jobArtifacts.segment(start.segment()).latents(), "latents of segment " + start.segment(), order);
            conditioning.add(new Conditioning.Continuation(latents(before, context), start.frames()));
        }
        SegmentSpec.Source source = segment.source();
        if (source != null && source.strength() < 1) {
            conditioning.add(new Conditioning.Source(givenLatents(Role.SOURCE, order, context), source.strength()));
        }
        if (spec.hasCharacters()) {
            conditioning.add(new Conditioning.References(givenLatents(Role.CHARACTERS, order, context)));
        }
        if (segment.end().circles()) conditioning.add(new Conditioning.Loop());
        return conditioning;
    }

    private HostTensor givenLatents(Role role, DenoisingOrder order, StageContext context) {
        ArtifactRef ref = order.jobArtifacts().givenLatents().get(role);
        return latents(required(ref, "latents of the given " + role.label(), order), context);
    }

    private static ArtifactRef required(@Nullable ArtifactRef ref, String what, DenoisingOrder order) {
        if (ref == null) {
            throw new OrderFailed(
                    ProblemCode.BAD_ORDER, "expected " + what + " of segment " + order.segment() + ", but none came");
        }
        return ref;
    }

    private Embeddings embeddings(ArtifactRef ref, StageContext context) {
        return Embeddings.read(read(ref, context));
    }

    private HostTensor latents(ArtifactRef ref, StageContext context) {
        return read(ref, context).get("latents");
    }

    private Safetensors read(ArtifactRef ref, StageContext context) {
        Safetensors content = artifacts.tensors(ref);
        context.read(ref.bytes());
        return content;
    }
}
