package dev.zoetrope.denoiser;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.InvalidModel;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.engine.serving.ModelsConfig;
import dev.zoetrope.stage.Offers;
import dev.zoetrope.stage.StageLane;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers the denoising lane to the stage runtime, and its models to whoever plans jobs. */
@ApplicationScoped
class DenoiserService {
    private static final Logger log = LoggerFactory.getLogger(DenoiserService.class);

    private final Artifacts artifacts;
    private final ModelsConfig config;
    private final DenoiserConfig checkpoints;
    private final LoadedModels<Denoiser> models;

    @Inject
    DenoiserService(Artifacts artifacts, ModelsConfig config, DenoiserConfig checkpoints) {
        this.artifacts = artifacts;
        this.config = config;
        this.checkpoints = checkpoints;
        ModelLibrary library = config.library();
        EngineSettings settings = config.settings();
        this.models = new LoadedModels<>(
                library, config.loaded(), model -> model.family().denoiser(model.folder(), settings));
    }

    @Produces
    @Singleton
    StageLane denoising() {
        return StageLane.of(
                new DenoisingWork(artifacts, models, checkpoints),
                () -> models.preload(config.preloaded(models.library())));
    }

    @Produces
    @Singleton
    Offers offers() {
        return new Offers(models.library().models().stream()
                .flatMap(model -> offer(model).stream())
                .toList());
    }

    /** A model whose card is not sound is not offered, and holds up none that is. */
    private static Optional<ModelOffered> offer(ModelLibrary.Model model) {
        try {
            return Optional.of(new ModelOffered(Instant.now(), model.card(), null));
        } catch (InvalidModel e) {
            log.atError()
                    .addKeyValue("model", model.name())
                    .addKeyValue("cause", e.getMessage())
                    .log("model is not offered");
            return Optional.empty();
        }
    }

    @PreDestroy
    void close() {
        models.close();
    }
}
