package dev.zoetrope.stage;

import dev.zoetrope.artifacts.ArtifactException;
import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.messaging.KafkaSettings;
import dev.zoetrope.messaging.TopicSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs every lane that the application's beans offer, from its start to its end, and answers for its health. */
@ApplicationScoped
class StageApplication {
    private static final Logger log = LoggerFactory.getLogger(StageApplication.class);

    private final StageRuntime runtime;
    private final BucketArtifacts artifacts;
    private final List<ModelOffered> offers;
    private volatile boolean bucketEnsured;

    @Inject
    StageApplication(
            @Any Instance<StageLane> lanes,
            @Any Instance<Offers> offers,
            BucketArtifacts artifacts,
            StageSettings settings,
            TopicSettings topics,
            MeterRegistry metrics,
            OpenTelemetry telemetry,
            Config config,
            @ConfigProperty(name = "quarkus.application.name", defaultValue = "zoetrope") String name) {
        this.artifacts = artifacts;
        this.offers = offers.stream().flatMap(o -> o.models().stream()).toList();
        this.runtime = new StageRuntime(
                lanes.stream().toList(), KafkaSettings.of(config), settings, topics, metrics, telemetry, name);
    }

    void start(@Observes Startup event) {
        ensureBucket();
        offers.forEach(runtime::offer);
        runtime.start();
    }

    void stop(@Observes Shutdown event) {
        runtime.close();
    }

    private boolean ensureBucket() {
        if (bucketEnsured) return true;
        try {
            artifacts.ensureBucket();
            bucketEnsured = true;
        } catch (ArtifactException e) {
            log.atWarn().addKeyValue("cause", e.getMessage()).log("store is not there yet");
        }
        return bucketEnsured;
    }

    @Produces
    @Readiness
    HealthCheck ready() {
        return () -> {
            boolean store = ensureBucket() && artifacts.reachable();
            boolean stages = runtime.isReady();
            HealthCheckResponseBuilder response = HealthCheckResponse.named("stages")
                    .withData("store", store)
                    .withData("stages", stages)
                    .status(store && stages);
            runtime.problems().forEach(response::withData);
            return response.build();
        };
    }

    @Produces
    @Liveness
    HealthCheck alive() {
        return () ->
                HealthCheckResponse.named("queues").status(runtime.isAlive()).build();
    }
}
