package dev.zoetrope.cli.inprocess;

import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.Embeddings;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelLibrary.Model;
import dev.zoetrope.engine.TextEncoder;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.tensors.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A model's three parts: the text encoder is loaded for the prompts only, the others at first use and kept. */
final class LoadedModel implements AutoCloseable {
    private final Model model;
    private final ModelCard card;
    private final EngineSettings settings;
    private final Tiling tiling;
    private @Nullable Denoiser denoiser;
    private @Nullable VideoAutoencoder autoencoder;

    LoadedModel(Model model, EngineSettings settings, Tiling tiling) {
        this.model = model;
        this.card = model.card();
        this.settings = settings;
        this.tiling = tiling;
    }

    ModelCard card() {
        return card;
    }

    List<Embeddings> encode(List<String> prompts) {
        try (TextEncoder encoder = model.family().textEncoder(model.folder(), settings)) {
            List<Embeddings> embeddings = new ArrayList<>();
            for (String prompt : prompts) embeddings.add(encoder.encode(prompt));
            return embeddings;
        }
    }

    HostTensor denoise(DenoisingRequest request, Progress progress) {
        return denoiser().denoise(request, null, (step, steps, checkpoint) -> {
            progress.at("denoising", step, steps);
            return true;
        });
    }

    void decode(HostTensor latents, Consumer<HostTensor> frames) {
        autoencoder().decode(latents, tiling, frames);
    }

    HostTensor kept(HostTensor picture) {
        return autoencoder().kept(picture, tiling);
    }

    HostTensor encode(Footage footage) {
        return autoencoder().encode(footage.chunks(), tiling);
    }

    List<Conditioning.OfFrames> known(@Nullable HostTensor first, @Nullable HostTensor last, int frames) {
        return autoencoder().known(first, last, frames);
    }

    void decodeAfter(HostTensor context, HostTensor latents, Consumer<HostTensor> frames) {
        autoencoder().decodeAfter(context, latents, tiling, frames);
    }

    private Denoiser denoiser() {
        if (denoiser == null) denoiser = model.family().denoiser(model.folder(), settings);
        return denoiser;
    }

    private VideoAutoencoder autoencoder() {
        if (autoencoder == null) autoencoder = model.family().autoencoder(model.folder(), settings);
        return autoencoder;
    }

    @Override
    public void close() {
        if (denoiser != null) denoiser.close();
        if (autoencoder != null) autoencoder.close();
    }
}
