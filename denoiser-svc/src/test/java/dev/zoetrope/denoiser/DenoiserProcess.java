package dev.zoetrope.denoiser;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.artifacts.StoreSettings;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.stage.StageLane;
import dev.zoetrope.stage.StageRuntime;
import dev.zoetrope.stage.StageSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A denoiser in a process of its own: its broker, its store and its models' folder are the arguments. */
final class DenoiserProcess {
    private DenoiserProcess() {}

    public static void main(String[] arguments) throws Exception {
        Artifacts artifacts = Artifacts.of(
                new StoreSettings(URI.create(arguments[1]), "zoetrope", "zoetrope", "zoetrope-on-loopback"));
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withMapping(StageSettings.class)
                .withMapping(DenoiserConfig.class)
                .withDefaultValue("zoetrope.denoiser.checkpoint-steps", "2")
                .build();
        LoadedModels<Denoiser> models =
                new LoadedModels<>(ModelLibrary.open(Path.of(arguments[2])), 1, model -> model.family()
                        .denoiser(model.folder(), new EngineSettings("cpu", 1, null)));
        DenoisingWork work = new DenoisingWork(artifacts, models, config.getConfigMapping(DenoiserConfig.class));
        StageRuntime runtime = new StageRuntime(
                List.of(StageLane.of(work, () -> models.preload(List.of("toybox")))),
                Map.of("bootstrap.servers", arguments[0]),
                config.getConfigMapping(StageSettings.class),
                new SimpleMeterRegistry(),
                OpenTelemetry.noop(),
                "denoiser-svc");
        Runtime.getRuntime().addShutdownHook(new Thread(runtime::close));
        runtime.start();
        Thread.currentThread().join();
    }
}
