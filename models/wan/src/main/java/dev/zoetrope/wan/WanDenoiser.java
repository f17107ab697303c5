package dev.zoetrope.wan;

import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.engine.ModelException;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import dev.zoetrope.wan.sampling.KnownLatents;
import dev.zoetrope.wan.sampling.Sampler;
import dev.zoetrope.wan.sampling.Scheduler;
import dev.zoetrope.wan.sampling.SchedulerConfig;
import dev.zoetrope.wan.sampling.SeededNoise;
import dev.zoetrope.wan.transformer.WanTransformer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Denoising by one transformer, or by two experts that share the schedule. */
final class WanDenoiser implements Denoiser {
    /** Rows to which the reference pads every prompt. */
    private static final int TEXT_LENGTH = 512;

    private final WanModel model;
    private final SchedulerConfig schedule;
    private final WanTransformer transformer;
    private final @Nullable WanTransformer lowNoise;

    private WanDenoiser(
            WanModel model, SchedulerConfig schedule, WanTransformer transformer, @Nullable WanTransformer lowNoise) {
        this.model = model;
        this.schedule = schedule;
        this.transformer = transformer;
        this.lowNoise = lowNoise;
    }

    static WanDenoiser load(WanModel model, Torch torch) {
        SchedulerConfig schedule = SchedulerConfig.read(model.part("scheduler").resolve("scheduler_config.json"));
        OptionalDouble shift = model.defaults().shift();
        if (shift.isPresent()) schedule = schedule.withShift(shift.getAsDouble());
        WanTransformer transformer = WanTransformer.load(model.part("transformer"), torch);
        if (model.boundary().isEmpty()) return new WanDenoiser(model, schedule, transformer, null);
        try {
            return new WanDenoiser(
                    model, schedule, transformer, WanTransformer.load(model.part("transformer_2"), torch));
        } catch (ModelException e) {
            transformer.close();
            throw e;
        }
    }

    @Override
    public HostTensor denoise(DenoisingRequest request, @Nullable Safetensors checkpoint, StepListener listener) {
        long[] shape = check(request);
        Scheduler scheduler = schedule.scheduler(request.steps(), request.strength());
        KnownLatents known = heldFast(request, shape);
        HostTensor start = start(request, scheduler, shape);
        HostTensor references = request.references();
        if (references != null) {
            known = known.after(references, shape);
            start = LatentFrames.concat(references, start);
        }
        try (Experts experts = new Experts(request)) {
            HostTensor latents = new Sampler(experts::velocity, transformer.patch(), request.loop())
                    .sample(scheduler, start, known, checkpoint, listener);
            return LatentFrames.last(latents, (int) shape[1]);
        }
    }

    /** A model that is conditioned by channels was trained to make even the given frames anew, and at one timestep for all. */
    private static KnownLatents heldFast(DenoisingRequest request, long[] shape) {
        Safetensors known = request.known();
        if (known == null || known.tensors().containsKey("condition")) return KnownLatents.none();
        return KnownLatents.of(known, shape);
    }

    private static HostTensor start(DenoisingRequest request, Scheduler scheduler, long[] shape) {
        float[] noise = request.noise() != null
                ? request.noise().floats()
                : SeededNoise.normal(request.seed(), Math.toIntExact(HostTensor.elements(shape)));
        if (request.source() == null || request.strength() == 1) return HostTensor.ofFloats(noise, shape);
        return HostTensor.ofFloats(scheduler.noised(request.source().floats(), noise), shape);
    }

    /** The transformers of one generation, each prepared when the schedule first reaches it. */
    private final class Experts implements AutoCloseable {
        private final DenoisingRequest request;
        private final @Nullable HostTensor condition;
        private final @Nullable HostTensor image;
        private @Nullable WanTransformer current;
        private WanTransformer.@Nullable Context context;

        Experts(DenoisingRequest request) {
            this.request = request;
            Safetensors known = request.known();
            condition = known == null ? null : known.tensors().get("condition");
            image = known == null || !transformer.hasImageBranch()
                    ? null
                    : known.tensors().get("image");
        }

        HostTensor velocity(HostTensor x, float t, float[] timesteps) {
            boolean low = lowNoise != null && t < model.boundary().orElse(0) * 1000;
            WanTransformer expert = low && lowNoise != null ? lowNoise : transformer;
            return context(expert).guidedVelocity(input(x), timesteps, guidance(low));
        }

        private WanTransformer.Context context(WanTransformer expert) {
            if (context == null || expert != current) {
                if (context != null) context.close();
                List<HostTensor> prompts = new ArrayList<>();
                prompts.add(request.prompt());
                if (request.guidance() != 1 && request.negativePrompt() != null) prompts.add(request.negativePrompt());
                context = expert.context(prompts, TEXT_LENGTH, image);
                current = expert;
            }
            return context;
        }

        private double guidance(boolean low) {
            boolean usual = request.guidance() == model.defaults().guidance();
            return low && usual ? model.defaults().lowNoiseGuidance() : request.guidance();
        }

        /** Latents, and behind their channels the condition of a model that takes it there. */
        private HostTensor input(HostTensor x) {
            if (condition == null) return x;
            ByteBuffer both = ByteBuffer.allocate(Math.toIntExact(x.byteCount() + condition.byteCount()));
            both.put(x.data()).put(condition.data()).flip();
            long[] shape = x.shape();
            shape[0] += condition.size(0);
            return HostTensor.of(DType.F32, both, shape);
        }

        @Override
        public void close() {
            if (context != null) context.close();
        }
    }

    @Override
    public Safetensors continuation(HostTensor previous, int overlapFrames, int frames, @Nullable Safetensors known) {
        int k = model.temporalFactor();
        int overlap = (overlapFrames - 1) / k + 1;
        int total = (frames - 1) / k + 1;
        boolean fits = overlapFrames >= 1
                && (overlapFrames - 1) % k == 0
                && overlap < total
                && previous.rank() == 4
                && overlap <= previous.size(1);
        require(
                fits,
                "overlapFrames",
                k + "k+1, fewer than " + frames + " and than the window before has",
                overlapFrames);
        if (transformer.inChannels() != transformer.outChannels()) {
            throw new IllegalArgumentException(
                    "frames: this model makes one window only: it is conditioned on frames, not latents");
        }
        HostTensor shared = LatentFrames.last(previous, overlap);
        long[] shape = {previous.size(0), total, previous.size(2), previous.size(3)};
        KnownLatents rest = known == null ? KnownLatents.nothing(shape) : KnownLatents.of(known, shape);
        return rest.startingWith(shared);
    }

    private long[] check(DenoisingRequest r) {
        int[] size = model.latentSize(r.frames(), r.height(), r.width());
        if (r.loop()) checkLoop(r, size[0]);
        long[] shape = {transformer.outChannels(), r.loop() ? size[0] - 1 : size[0], size[1], size[2]};
        require(r.steps() >= 1 && r.steps() <= 1000, "steps", "1 to 1000", r.steps());
        require(r.guidance() >= 1 && r.guidance() <= 100, "guidance", "1 to 100", r.guidance());
        require(r.strength() >= 0 && r.strength() <= 1, "strength", "0 to 1", r.strength());
        if (r.guidance() != 1) {
            require(r.negativePrompt() != null, "negativePrompt", "embeddings, as guidance is not 1", "none");
        }
        require(r.strength() == 1 || r.source() != null, "source", "latents, as strength is below 1", "none");
        checkLatents("source", r.source(), shape);
        checkLatents("noise", r.noise(), shape);
        checkConditions(r, shape);
        if (r.references() != null) checkReferences(r, r.references(), shape);
        return shape;
    }

    private static void checkLoop(DenoisingRequest r, int latents) {
        require(latents > 1, "frames", "more than one latent frame for a loop", r.frames());
        require(r.known() == null, "known", "nothing for a loop", "some");
        require(r.strength() == 1, "strength", "1 for a loop", r.strength());
    }

    private void checkConditions(DenoisingRequest r, long[] shape) {
        int extra = transformer.inChannels() - transformer.outChannels();
        HostTensor condition = r.known() == null ? null : r.known().tensors().get("condition");
        if (extra > 0) {
            require(condition != null, "known", "a first frame, which this model needs", "none");
            checkLatents("known.condition", condition, new long[] {extra, shape[1], shape[2], shape[3]});
        }
        require(
                extra > 0 || condition == null,
                "known",
                "no condition channels, which this model has no place for",
                "some");
        if (transformer.hasImageBranch()) {
            boolean image = r.known() != null && r.known().tensors().containsKey("image");
            require(image, "known", "embeddings of an image, which this model needs", "none");
        }
    }

    /** As Wan's VACE has them: before the first frame, clean, and cut off in the end. */
    private void checkReferences(DenoisingRequest r, HostTensor references, long[] shape) {
        require(
                transformer.inChannels() == transformer.outChannels(),
                "references",
                "none, as this model is conditioned on frames in channels",
                references);
        require(!r.loop(), "references", "none for a loop", references);
        require(references.rank() == 4 && references.size(1) >= 1, "references", "latents [C, R, H, W]", references);
        checkLatents("references", references, new long[] {shape[0], references.size(1), shape[2], shape[3]});
    }

    private static void checkLatents(String field, @Nullable HostTensor latents, long[] shape) {
        if (latents == null) return;
        boolean fits = latents.dtype() == DType.F32 && Arrays.equals(latents.shape(), shape);
        require(fits, field, "F32 " + Arrays.toString(shape), latents);
    }

    private static void require(boolean fits, String field, String expected, Object came) {
        if (!fits) throw new IllegalArgumentException(field + ": expected " + expected + ", but " + came + " came");
    }

    @Override
    public void close() {
        transformer.close();
        if (lowNoise != null) lowNoise.close();
    }
}
