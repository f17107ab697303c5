package dev.zoetrope.decoder;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.engine.serving.ModelsConfig;
import dev.zoetrope.stage.StageLane;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** Offers one lane to the stage runtime: both directions of the autoencoder, which is in memory once and for one caller. */
@ApplicationScoped
class DecoderService {
    private final Artifacts artifacts;
    private final ModelsConfig config;
    private final DecoderConfig frames;
    private final LoadedModels<VideoAutoencoder> models;

    @Inject
    DecoderService(Artifacts artifacts, ModelsConfig config, DecoderConfig frames) {
        this.artifacts = artifacts;
        this.config = config;
        this.frames = frames;
        ModelLibrary library = config.library();
        EngineSettings settings = config.settings();
        this.models = new LoadedModels<>(
                library, config.loaded(), model -> model.family().autoencoder(model.folder(), settings));
    }

    @Produces
    @Singleton
    StageLane decoder() {
        return new StageLane(
                "decoder",
                List.of(new DecodingWork(artifacts, models, frames), new LatentEncodingWork(artifacts, models, frames)),
                () -> models.preload(config.preloaded(models.library())));
    }

    @PreDestroy
    void close() {
        models.close();
    }
}
