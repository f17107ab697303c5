package dev.zoetrope.wan;

import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.Conditioning.ConcatChannels;
import dev.zoetrope.engine.Conditioning.Continuation;
import dev.zoetrope.engine.Conditioning.ImageEmbeddings;
import dev.zoetrope.engine.Conditioning.Known;
import dev.zoetrope.engine.Conditioning.Loop;
import dev.zoetrope.engine.Conditioning.References;
import dev.zoetrope.engine.Conditioning.Source;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.Embeddings;
import dev.zoetrope.engine.InvalidRequest;
import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.engine.UnfitTensor;
import dev.zoetrope.sampling.Guidance;
import dev.zoetrope.sampling.KnownLatents;
import dev.zoetrope.sampling.Sampler;
import dev.zoetrope.sampling.Scheduler;
import dev.zoetrope.sampling.SchedulerConfig;
import dev.zoetrope.sampling.SeededNoise;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import dev.zoetrope.wan.transformer.WanTransformer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
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
        } catch (RuntimeException | Error e) {
            transformer.close();
            throw e;
        }
    }

    @Override
    public HostTensor denoise(DenoisingRequest request, @Nullable Safetensors checkpoint, StepListener listener) {
        long[] shape = check(request);
        int steps = request.sampling().steps();
        Scheduler scheduler = schedule.scheduler(steps, firstStep(steps, request.strength()));
        KnownLatents known = known(request, shape);
        HostTensor start = start(request, scheduler, shape);
        Optional<References> references = request.given(References.class);
        if (references.isPresent()) {
            known = known.after(references.get().latents(), shape);
            start = LatentFrames.concat(references.get().latents(), start);
        }
        boolean loop = request.given(Loop.class).isPresent();
        try (Experts experts = new Experts(request)) {
            HostTensor latents = new Sampler(experts::velocity, transformer.patch(), loop)
                    .sample(scheduler, start, known, checkpoint, listener);
            return LatentFrames.last(latents, (int) shape[1]);
        }
    }

    /** As {@code WanVideoToVideoPipeline.get_timesteps} counts. */
    static int firstStep(int steps, double strength) {
        return steps - Math.min((int) (steps * strength), steps);
    }

    private KnownLatents known(DenoisingRequest request, long[] shape) {
        KnownLatents known = request.given(Known.class)
                .map(given -> KnownLatents.of(given, shape))
                .orElseGet(KnownLatents::none);
        Optional<Continuation> continuation = request.given(Continuation.class);
        if (continuation.isEmpty()) return known;
        int shared = overlap(continuation.get(), request, shape);
        return (known.isNone() ? KnownLatents.nothing(shape) : known)
                .startingWith(LatentFrames.last(continuation.get().previous(), shared));
    }

    private static HostTensor start(DenoisingRequest request, Scheduler scheduler, long[] shape) {
        float[] noise = request.noise() != null
                ? request.noise().floats()
                : SeededNoise.normal(request.seed(), Math.toIntExact(HostTensor.elements(shape)));
        Optional<Source> source = request.given(Source.class).filter(given -> given.strength() < 1);
        if (source.isEmpty()) return HostTensor.ofFloats(noise, shape);
        return HostTensor.ofFloats(scheduler.noised(source.get().latents().floats(), noise), shape);
    }

    /** The transformers of one generation, each prepared when the schedule first reaches it. */
    private final class Experts implements AutoCloseable {
        private final DenoisingRequest request;
        private @Nullable WanTransformer current;
        private WanTransformer.@Nullable Context context;

        Experts(DenoisingRequest request) {
            this.request = request;
        }

        HostTensor velocity(HostTensor x, float t, float[] timesteps) {
            boolean low = lowNoise != null && t < model.boundary().orElse(0) * 1000;
            WanTransformer expert = low && lowNoise != null ? lowNoise : transformer;
            List<HostTensor> velocities = context(expert).velocities(input(x), timesteps);
            if (velocities.size() == 1) return velocities.get(0);
            return Guidance.guided(velocities.get(0), velocities.get(1), scale(low));
        }

        private WanTransformer.Context context(WanTransformer expert) {
            if (context == null || expert != current) {
                if (context != null) context.close();
                context = null;
                List<HostTensor> prompts = new ArrayList<>();
                for (Embeddings prompt : Arrays.asList(request.prompt(), request.negativePrompt())) {
                    if (prompt != null) prompts.add(prompt.get(Embeddings.TOKENS));
                }
                HostTensor image = request.given(ImageEmbeddings.class)
                        .map(ImageEmbeddings::tokens)
                        .orElse(null);
                context = expert.context(
                        request.sampling().usesNegativePrompt() ? prompts : prompts.subList(0, 1), TEXT_LENGTH, image);
                current = expert;
            }
            return context;
        }

        private double scale(boolean low) {
            double asked = request.sampling().guidance();
            boolean usual = asked == model.defaults().sampling().guidance();
            return low && usual ? model.defaults().lowNoiseGuidance() : asked;
        }

        /** Latents, and behind their channels the condition of a model that takes it there. */
        private HostTensor input(HostTensor x) {
            HostTensor condition = request.given(ConcatChannels.class)
                    .map(ConcatChannels::channels)
                    .orElse(null);
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

    private long[] check(DenoisingRequest r) {
        r.checkRanges();
        r.allowOnly(kinds());
        InvalidRequest.unless(r.prompt() != null, "prompt", "a text", "none");
        int[] size = model.latentSize(r.frames(), r.height(), r.width());
        boolean loop = r.given(Loop.class).isPresent();
        long[] shape = {transformer.outChannels(), loop ? size[0] - 1 : size[0], size[1], size[2]};
        if (loop) checkLoop(r, size[0]);
        r.given(Source.class).ifPresent(source -> checkLatents("source", source.latents(), shape));
        if (r.noise() != null) checkLatents("noise", r.noise(), shape);
        r.given(References.class).ifPresent(references -> checkReferences(references.latents(), shape));
        if (channels() > 0) checkChannels(r, shape);
        r.given(Continuation.class).ifPresent(continuation -> overlap(continuation, r, shape));
        return shape;
    }

    /** A model that is conditioned by channels was trained to make even the given frames anew, and at one timestep for all. */
    private Set<Class<? extends Conditioning>> kinds() {
        if (transformer.hasImageBranch()) return Set.of(ConcatChannels.class, ImageEmbeddings.class, Source.class);
        if (channels() > 0) return Set.of(ConcatChannels.class, Source.class);
        return Set.of(Known.class, Continuation.class, Source.class, References.class, Loop.class);
    }

    private int channels() {
        return transformer.inChannels() - transformer.outChannels();
    }

    private static void checkLoop(DenoisingRequest r, int latents) {
        InvalidRequest.unless(latents > 1, "frames", "more than one latent frame for a loop", r.frames());
        boolean alone = r.conditioning().size() == 1;
        InvalidRequest.unless(
                alone, "conditioning", "nothing beside a loop", r.conditioning().size() - 1);
    }

    private void checkChannels(DenoisingRequest r, long[] shape) {
        Optional<ConcatChannels> given = r.given(ConcatChannels.class);
        InvalidRequest.unless(given.isPresent(), "first frame", "a picture, which this model needs", "none");
        long[] expected = {channels(), shape[1], shape[2], shape[3]};
        given.ifPresent(channels -> checkLatents("condition", channels.channels(), expected));
        if (transformer.hasImageBranch()) {
            UnfitTensor.unless(
                    r.given(ImageEmbeddings.class).isPresent(), "conditioning", "embeddings of an image", "none");
        }
    }

    /** As Wan's VACE has them: before the first frame, clean, and cut off in the end. */
    private static void checkReferences(HostTensor references, long[] shape) {
        boolean fits = references.rank() == 4 && references.size(1) >= 1;
        UnfitTensor.unless(fits, "references", "latents [C, R, H, W]", references);
        checkLatents("references", references, new long[] {shape[0], references.size(1), shape[2], shape[3]});
    }

    /** Latent frames that a window has in common with the one before. */
    private int overlap(Continuation continuation, DenoisingRequest r, long[] shape) {
        int k = model.temporalFactor();
        int frames = continuation.overlapFrames();
        int overlap = (frames - 1) / k + 1;
        boolean fits = frames >= 1 && (frames - 1) % k == 0 && overlap < shape[1];
        InvalidRequest.unless(fits, "overlapFrames", k + "k+1, fewer than " + r.frames(), frames);
        HostTensor previous = continuation.previous();
        fits = previous.rank() == 4 && previous.size(1) >= overlap;
        UnfitTensor.unless(fits, "previous", "at least " + overlap + " latent frames", previous);
        checkLatents("previous", previous, new long[] {shape[0], previous.size(1), shape[2], shape[3]});
        return overlap;
    }

    private static void checkLatents(String field, HostTensor latents, long[] shape) {
        boolean fits = latents.dtype() == DType.F32 && Arrays.equals(latents.shape(), shape);
        UnfitTensor.unless(fits, field, "F32 " + Arrays.toString(shape), latents);
    }

    @Override
    public void close() {
        transformer.close();
        if (lowNoise != null) lowNoise.close();
    }
}
