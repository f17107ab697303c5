package dev.zoetrope.wan.vae;

import ai.djl.pytorch.jni.IValue;
import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.engine.TorchProgram;
import dev.zoetrope.engine.UnfitTensor;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.Weights;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The video autoencoder of a Wan checkpoint (diffusers' {@code AutoencoderKLWan}, 2.1 and 2.2).
 *
 * <p>Encoding gives the mean of the latents' distribution; nothing is drawn at random.
 */
public final class WanAutoencoder implements VideoAutoencoder {
    /** The fewest latents along the edge of a tile that still show a part of a picture. */
    private static final int SMALLEST_TILE = 4;

    private final VaeConfig config;
    private final boolean channelConcat;
    private final TorchProgram program;
    private final Decoder decoder;
    private final Encoder encoder;

    private WanAutoencoder(
            Torch torch, VaeConfig config, TorchProgram program, SliceLength slices, boolean channelConcat) {
        this.config = config;
        this.channelConcat = channelConcat;
        this.program = program;
        this.decoder = new Decoder(torch, program, config, slices);
        this.encoder = new Encoder(torch, program, config, slices);
    }

    /**
     * Loads a checkpoint's {@code vae} folder.
     *
     * @param dtype type of weights and activations, F32 or BF16; weights that have it stay mapped
     * @param channelConcat whether the transformer reads what is given as more input channels (Wan 2.1 and A14B image-to-video): then
     *     {@link #known} gives channels
     * @throws dev.zoetrope.engine.ModelException for a config or weights that are missing, damaged or not those of this class
     */
    public static WanAutoencoder load(Path folder, Torch torch, DType dtype, boolean channelConcat) {
        return load(folder, torch, dtype, channelConcat, SliceLength.DEFAULT);
    }

    static WanAutoencoder load(Path folder, Torch torch, DType dtype, boolean channelConcat, SliceLength slices) {
        VaeConfig config = VaeConfig.read(folder.resolve("config.json"));
        Weights weights = Weights.open(folder, "diffusion_pytorch_model");
        weights.expect(VaeWeights.of(config), key -> false);
        TorchProgram program = TorchProgram.load(torch, "vae.py", TorchProgram.source(WanAutoencoder.class, "vae.py"))
                .bind(torch, scope -> new IValue[] {
                    weights.load(torch, scope, key -> true, key -> dtype),
                    scope.list(doubles(config.mean())),
                    scope.list(doubles(config.deviation()))
                });
        return new WanAutoencoder(torch, config, program, slices, channelConcat);
    }

    private static double[] doubles(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Pixel frames are {@code temporalFactor * k + 1}. */
    @Override
    public int temporalFactor() {
        return config.temporalFactor();
    }

    /** Height and width in pixels are multiples of this, and it is pixels a latent. */
    public int spatialFactor() {
        return config.spatialFactor();
    }

    /** Channels of latents. */
    public int latentChannels() {
        return config.latentChannels();
    }

    /** Mean of each latent channel before normalisation. */
    public double[] mean() {
        return doubles(config.mean());
    }

    /** Standard deviation of each latent channel before normalisation. */
    public double[] deviation() {
        return doubles(config.deviation());
    }

    /** {@inheritDoc} Chunks may also be F32, between -1 and 1. */
    @Override
    public HostTensor encode(Iterator<HostTensor> chunks, Tiling tiling) {
        int tile = tile(tiling);
        return encoder.encode(new FrameQueue(chunks, config.spatialFactor()), tile);
    }

    @Override
    public void decode(HostTensor latents, Tiling tiling, Consumer<HostTensor> frames) {
        decode(latents, tiling, (scope, pixels) -> frames.accept(scope.read(program.run(scope, "colours", pixels))));
    }

    /**
     * Decodes without rounding to bytes, for comparisons.
     *
     * @param frames takes chunks F32 {@code [t, H, W, 3]} between -1 and 1
     */
    public void decodeUnrounded(HostTensor latents, Tiling tiling, Consumer<HostTensor> frames) {
        decode(latents, tiling, (scope, pixels) -> frames.accept(scope.read(pixels)));
    }

    private void decode(HostTensor latents, Tiling tiling, Decoder.PixelSink sink) {
        if (latents.rank() != 4
                || latents.dtype() != DType.F32
                || latents.size(0) != config.latentChannels()
                || latents.elements() == 0) {
            throw new UnfitTensor(
                    "latents: expected F32 [" + config.latentChannels() + ", F, H, W], but " + latents + " came");
        }
        decoder.decode(latents, tile(tiling), sink);
    }

    private int tile(Tiling tiling) {
        int least = SMALLEST_TILE * config.spatialFactor();
        if (tiling.size() != 0 && tiling.size() < least) {
            throw new IllegalArgumentException(
                    "tiling: expected 0 for none, or at least " + least + " pixels, but " + tiling.size() + " came");
        }
        return tiling.size() / config.spatialFactor();
    }

    /**
     * {@inheritDoc}
     *
     * <p>{@link Conditioning.Known}; with channel concatenation {@link Conditioning.ConcatChannels} instead, as such a transformer was
     * trained to make all frames from noise.
     */
    @Override
    public List<Conditioning.OfFrames> known(@Nullable HostTensor first, @Nullable HostTensor last, int frames) {
        GivenFrames given = new GivenFrames(config.temporalFactor(), chunks -> encode(chunks, Tiling.NONE));
        return List.of(channelConcat ? given.concatChannels(first, last, frames) : given.known(first, last, frames));
    }

    @Override
    public void close() {
        program.close();
    }
}
