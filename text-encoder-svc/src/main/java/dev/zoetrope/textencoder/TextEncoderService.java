package dev.zoetrope.textencoder;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.TextEncoder;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.engine.serving.ModelsConfig;
import dev.zoetrope.stage.StageLane;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Offers the text encoding lane to the stage runtime. */
@ApplicationScoped
class TextEncoderService {
    private final Artifacts artifacts;
    private final ModelsConfig config;
    private final LoadedModels<TextEncoder> models;

    @Inject
    TextEncoderService(Artifacts artifacts, ModelsConfig config) {
        this.artifacts = artifacts;
        this.config = config;
        ModelLibrary library = config.library();
        EngineSettings settings = config.settings();
        this.models = new LoadedModels<>(
                library, config.loaded(), model -> model.family().textEncoder(model.folder(), settings));
    }

    @Produces
    @Singleton
    StageLane textEncoding() {
        return StageLane.of(
                new TextEncodingWork(artifacts, models), () -> models.preload(config.preloaded(models.library())));
    }

    @PreDestroy
    void close() {
        models.close();
    }
}
