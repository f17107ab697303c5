package dev.zoetrope.wan.transformer;

import ai.djl.pytorch.jni.IValue;
import dev.zoetrope.engine.InvalidModel;
import dev.zoetrope.engine.TensorScope;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.engine.TorchProgram;
import dev.zoetrope.engine.UnfitTensor;
import dev.zoetrope.engine.Weights;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded transformer. Weights are shared by all generations; what belongs to one is its {@link Context}. One caller at a time.
 *
 * <p>Latents are F32 {@code [C, F, H, W]}; timesteps 0 to 1000.
 */
public final class WanTransformer implements AutoCloseable {
    /**
     * Videos of at most this many tokens run both prompts of a step in one batch, longer ones in turn: their matrices fill the device
     * anyway, and the memory halves. Fixed, because the two orders round differently and a resumed run must not change its order.
     */
    private static final long BATCHED_TOKENS = 8192;

    private static final Logger LOG = LoggerFactory.getLogger(WanTransformer.class);

    private final TransformerConfig config;
    private final boolean imageBranch;
    private final int imageTokens;
    private final long imageDim;
    private final Torch torch;
    private final TorchProgram program;

    private WanTransformer(
            TransformerConfig config,
            boolean imageBranch,
            int imageTokens,
            long imageDim,
            Torch torch,
            TorchProgram program) {
        this.config = config;
        this.imageBranch = imageBranch;
        this.imageTokens = imageTokens;
        this.imageDim = imageDim;
        this.torch = torch;
        this.program = program;
    }

    /**
     * Loads a transformer's folder.
     *
     * @throws dev.zoetrope.engine.ModelException when config and weights are not those of a Wan transformer
     */
    public static WanTransformer load(Path folder, Torch torch) {
        TransformerConfig config = TransformerConfig.read(folder);
        Weights weights = Weights.open(folder, "diffusion_pytorch_model");
        weights.expect(config.weights(weights), key -> key.contains("norm_added_q"));
        TorchProgram program = program(torch).bind(torch, scope ->
                new IValue[] {weights.load(torch, scope, k -> !k.contains("norm_added_q"), k -> dtype(k, torch))});
        String positions = "condition_embedder.image_embedder.pos_embed";
        int imageTokens = weights.has(positions) ? (int) weights.shape(positions)[1] : 0;
        boolean imageBranch = TransformerConfig.hasImageBranch(weights);
        String norm = "condition_embedder.image_embedder.norm1.weight";
        long imageDim = imageBranch ? weights.shape(norm)[0] : 0;
        return new WanTransformer(config, imageBranch, imageTokens, imageDim, torch, program);
    }

    /** oneDNN's linear layers where the native library has them. */
    private static TorchProgram program(Torch torch) {
        if (!torch.isCuda()) {
            try {
                return TorchProgram.load(torch, "transformer", source("linear-onednn.py"));
            } catch (InvalidModel e) {
                LOG.info("This native library has no linear layers of oneDNN; its default ones serve");
            }
        }
        return TorchProgram.load(torch, "transformer", source("linear.py"));
    }

    private static String source(String linear) {
        return TorchProgram.source(WanTransformer.class, linear, "transformer.py");
    }

    /** The reference keeps these in fp32 however the rest is loaded: they steer every token, and cost nothing. */
    private static DType dtype(String key, Torch torch) {
        boolean exact = key.contains("time_embedder")
                || key.contains("scale_shift_table")
                || key.contains(".norm1.")
                || key.contains(".norm2.");
        return exact ? DType.F32 : torch.compute();
    }

    /** Channels of its input: those of the latents, and more where it is conditioned by concatenation. */
    public int inChannels() {
        return config.inChannels();
    }

    public int outChannels() {
        return config.outChannels();
    }

    /** Width of a prompt's embeddings. */
    public int textDim() {
        return config.textDim();
    }

    /** Whether it attends to an image's embeddings beside the text. */
    public boolean hasImageBranch() {
        return imageBranch;
    }

    /** Patch size in latent frames, height and width. */
    public int[] patch() {
        return config.patch().clone();
    }

    private int maxLatents(int axis) {
        return config.maxPatches() * config.patch()[axis];
    }

    /**
     * What stays the same during a generation: each block's keys and values of the prompts and the image. Close it after the last step.
     */
    public final class Context implements AutoCloseable {
        private final TensorScope scope = torch.scope();
        private final List<IValue> prompts = new ArrayList<>();
        private final IValue all;
        private long @Nullable [] rotaryShape;
        private @Nullable IValue rotary;
        private @Nullable TensorScope rotaryScope;

        private Context(List<HostTensor> embeddings, int textLength, @Nullable HostTensor image) {
            try (TensorScope inputs = torch.scope()) {
                List<IValue> rows = embeddings.stream().map(inputs::tensor).toList();
                long[] padding = embeddings.stream()
                        .mapToLong(e -> Math.max(0, textLength - e.size(0)))
                        .toArray();
                IValue images = image == null
                        ? inputs.own(IValue.listFrom(new ai.djl.pytorch.engine.PtNDArray[0]))
                        : inputs.list(List.of(inputs.tensor(image)));
                all = program.run(
                        scope, "context", inputs.list(rows), inputs.list(padding), images, shape(inputs), eps(inputs));
                for (int i = 0; i < embeddings.size(); i++) {
                    prompts.add(embeddings.size() == 1 ? all : program.run(scope, "one_prompt", all, scope.of(i)));
                }
            } catch (RuntimeException | Error e) {
                scope.close();
                throw e;
            }
        }

        /**
         * The velocity of each prompt.
         *
         * @param x F32 {@code [C, F, H, W]}
         * @param timesteps one for all, or one a latent frame, or one a token
         * @return F32 {@code [O, F, H, W]} each
         */
        public List<HostTensor> velocities(HostTensor x, float[] timesteps) {
            check(x, timesteps);
            List<HostTensor> velocities = new ArrayList<>();
            for (IValue context : tokens(x) <= BATCHED_TOKENS ? List.of(all) : prompts) {
                HostTensor batch = velocity(x, timesteps, context);
                for (int i = 0; i < batch.size(0); i++) velocities.add(batch.at(i));
            }
            return velocities;
        }

        /** F32 {@code [B, O, F, H, W]}. */
        private HostTensor velocity(HostTensor x, float[] timesteps, IValue context) {
            try (TensorScope step = torch.scope()) {
                IValue t = step.tensor(HostTensor.ofFloats(timesteps, timesteps.length));
                return step.read(
                        program.run(step, "velocity", step.tensor(x), t, context, rotary(x), shape(step), eps(step)));
            }
        }

        private IValue rotary(HostTensor x) {
            long[] shape = x.shape();
            if (rotary == null || !Arrays.equals(shape, rotaryShape)) {
                if (rotaryScope != null) rotaryScope.close();
                rotaryScope = torch.scope();
                int[] patch = config.patch();
                rotary = program.run(
                        rotaryScope,
                        "rotary",
                        rotaryScope.of(shape[1] / patch[0]),
                        rotaryScope.of(shape[2] / patch[1]),
                        rotaryScope.of(shape[3] / patch[2]),
                        rotaryScope.of(config.headDim()));
                rotaryShape = shape;
            }
            return rotary;
        }

        @Override
        public void close() {
            if (rotaryScope != null) rotaryScope.close();
            scope.close();
        }
    }

    /**
     * Prepares a generation.
     *
     * @param prompts one, or two: what is to be seen, and what is not: F32 {@code [L, D]}, L from 1 to {@code textLength}
     * @param textLength rows to which the reference pads prompts with zeros: 512; at most L for no padding
     * @param image F32 {@code [I, E]} where the network has an image branch, else null
     * @throws UnfitTensor for what does not fit the network
     */
    public Context context(List<HostTensor> prompts, int textLength, @Nullable HostTensor image) {
        if (prompts.isEmpty() || prompts.size() > 2) {
            throw new IllegalArgumentException("expected one prompt or two, but " + prompts.size() + " came");
        }
        for (HostTensor prompt : prompts) {
            boolean fits = isF32(prompt, 2) && prompt.size(0) >= 1 && prompt.size(1) == textDim();
            UnfitTensor.unless(fits, "embeddings", "F32 [1 or more, " + textDim() + "]", prompt);
        }
        UnfitTensor.unless(imageBranch == (image != null), "image embeddings", imageBranch ? "some" : "none", image);
        if (image != null) {
            boolean fits = isF32(image, 2)
                    && image.size(0) >= 1
                    && image.size(1) == imageDim
                    && (imageTokens == 0 || image.size(0) == imageTokens);
            String expected = (imageTokens > 0 ? imageTokens + "" : "1 or more") + ", " + imageDim;
            UnfitTensor.unless(fits, "image embeddings", "F32 [" + expected + "]", image);
        }
        return new Context(prompts, textLength, image);
    }

    private static boolean isF32(HostTensor tensor, int rank) {
        return tensor.dtype() == DType.F32 && tensor.rank() == rank;
    }

    @Override
    public void close() {
        program.close();
    }

    private void check(HostTensor x, float[] timesteps) {
        int[] patch = config.patch();
        boolean fits = isF32(x, 4) && x.size(0) == inChannels();
        for (int axis = 0; axis < 3 && fits; axis++) {
            fits = x.size(axis + 1) >= patch[axis]
                    && x.size(axis + 1) % patch[axis] == 0
                    && x.size(axis + 1) <= maxLatents(axis);
        }
        UnfitTensor.unless(
                fits,
                "latents",
                "F32 [" + inChannels() + ", F, H, W] with F, H, W multiples of " + Arrays.toString(patch)
                        + " and at most " + config.maxPatches() + " times that",
                x);
        long frames = x.size(1) / patch[0];
        UnfitTensor.unless(
                timesteps.length == 1 || timesteps.length == frames || timesteps.length == tokens(x),
                "timesteps",
                "1, " + frames + " (one a latent frame) or " + tokens(x) + " (one a token)",
                timesteps.length);
    }

    private long tokens(HostTensor x) {
        int[] patch = config.patch();
        return x.size(1) / patch[0] * (x.size(2) / patch[1]) * (x.size(3) / patch[2]);
    }

    private IValue shape(TensorScope scope) {
        int[] patch = config.patch();
        return scope.list(patch[0], patch[1], patch[2], config.heads(), config.blocks());
    }

    private IValue eps(TensorScope scope) {
        return scope.of(config.eps());
    }
}
