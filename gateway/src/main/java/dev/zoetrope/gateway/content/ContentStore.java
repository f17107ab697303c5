package dev.zoetrope.gateway.content;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.artifacts.StoreSettings;
import dev.zoetrope.gateway.StoreConfig;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

/** The gateway's own connection to the object store. */
@Singleton
public final class ContentStore {
    private final Artifacts artifacts;

    ContentStore(StoreConfig config) {
        artifacts = Artifacts.of(new StoreSettings(
                config.endpoint(),
                config.bucket(),
                config.accessKey(),
                config.secretKey(),
                config.region(),
                config.timeout()));
    }

    /** The artifacts of the bucket. */
    public Artifacts artifacts() {
        return artifacts;
    }

    @PreDestroy
    void close() {
        artifacts.close();
    }
}
