package dev.zoetrope.artifacts;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Gives a service its artifacts, as {@link StoreConfig} says. */
@ApplicationScoped
class ArtifactsProducer {
    @Produces
    @Singleton
    Artifacts artifacts(StoreConfig config) {
        return Artifacts.of(config.settings());
    }

    void close(@Disposes Artifacts artifacts) {
        artifacts.close();
    }
}
