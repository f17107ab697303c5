package dev.zoetrope.denoiser;

import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.artifacts.StoreSettings;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.messaging.TopicSettings;
import dev.zoetrope.stage.StageLane;
import dev.zoetrope.stage.StageRuntime;
import dev.zoetrope.stage.StageSettings;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A denoiser in a process of its own. Its arguments: the broker, the store, the models' folder, and after how many steps it
 * holds still to be killed in the middle of its work; 0 for never.
 */
final class DenoiserProcess {
    static final String HELD = "held after step ";

    private DenoiserProcess() {}

    public static void main(String[] arguments) throws Exception {
        BucketArtifacts artifacts = BucketArtifacts.of(
                new StoreSettings(URI.create(arguments[1]), "zoetrope", "zoetrope", "zoetrope-on-loopback"));
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withMapping(StageSettings.class)
                .withMapping(TopicSettings.class)
                .withMapping(DenoiserConfig.class)
                .withDefaultValue("zoetrope.topics.fact-partitions", "1")
                .withDefaultValue("zoetrope.denoiser.checkpoint-steps", "2")
                .build();
        LoadedModels<Denoiser> models = new LoadedModels<>(ModelLibrary.open(Path.of(arguments[2])), 1, model -> {
            Denoiser denoiser = model.family().denoiser(model.folder(), new EngineSettings("cpu", 1, null));
            int steps = Integer.parseInt(arguments[3]);
            return steps == 0 ? denoiser : new Holding(denoiser, steps);
        });
        DenoisingWork work = new DenoisingWork(artifacts, models, config.getConfigMapping(DenoiserConfig.class));
        StageRuntime runtime = new StageRuntime(
                List.of(StageLane.of(work, () -> models.preload(List.of("toybox")))),
                Map.of("bootstrap.servers", arguments[0]),
                config.getConfigMapping(StageSettings.class),
                config.getConfigMapping(TopicSettings.class),
                new SimpleMeterRegistry(),
                OpenTelemetry.noop(),
                "denoiser-svc");
        Runtime.getRuntime().addShutdownHook(new Thread(runtime::close));
        runtime.start();
        Thread.currentThread().join();
    }

    /** Holds still for ever after some steps, and says so on standard output. */
    private record Holding(Denoiser denoiser, int steps) implements Denoiser {
        @Override
        public HostTensor denoise(DenoisingRequest request, @Nullable Safetensors checkpoint, StepListener listener) {
            AtomicInteger done = new AtomicInteger();
            return denoiser.denoise(request, checkpoint, (step, all, state) -> {
                boolean goOn = listener.afterStep(step, all, state);
                if (done.incrementAndGet() == steps) hold(step);
                return goOn;
            });
        }

        private static void hold(int step) {
            System.out.println(HELD + step);
            LockSupport.park();
            throw new IllegalStateException("expected to be killed, but was woken");
        }

        @Override
        public void close() {
            denoiser.close();
        }
    }
}
