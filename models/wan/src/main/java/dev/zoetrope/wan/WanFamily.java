package dev.zoetrope.wan;

import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelFamily;
import dev.zoetrope.engine.TextEncoder;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.wan.image.ClipEncoder;
import dev.zoetrope.wan.image.SeeingAutoencoder;
import dev.zoetrope.wan.text.WanTextEncoder;
import dev.zoetrope.wan.vae.WanAutoencoder;
import java.nio.file.Path;

/** The Wan family, as services find it. */
public final class WanFamily implements ModelFamily {
    static final String NAME = "wan";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean reads(Path folder) {
        return WanModel.reads(folder);
    }

    @Override
    public ModelCard card(Path folder) {
        return WanModel.read(folder).card();
    }

    @Override
    public TextEncoder textEncoder(Path folder, EngineSettings settings) {
        return WanTextEncoder.load(folder, Torch.open(settings));
    }

    @Override
    public Denoiser denoiser(Path folder, EngineSettings settings) {
        return WanDenoiser.load(WanModel.read(folder), Torch.open(settings));
    }

    @Override
    public VideoAutoencoder autoencoder(Path folder, EngineSettings settings) {
        WanModel model = WanModel.read(folder);
        // The reference keeps it in F32 beside a transformer in BF16: it is small, and pictures show what it loses.
        DType dtype = settings.dtype() == null ? DType.F32 : DType.valueOf(settings.dtype());
        Torch torch = Torch.open(settings);
        VideoAutoencoder autoencoder = WanAutoencoder.load(model.part("vae"), torch, dtype, model.channelConcat());
        if (!model.hasImageEncoder()) return autoencoder;
        return new SeeingAutoencoder(
                autoencoder, () -> ClipEncoder.load(model.part("image_encoder"), model.part("image_processor"), torch));
    }
}
