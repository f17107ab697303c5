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
    BucketArtifacts artifacts(StoreConfig config) {
        return BucketArtifacts.of(config.settings());
    }

    void close(@Disposes BucketArtifacts artifacts) {
        artifacts.close();
    }
}
