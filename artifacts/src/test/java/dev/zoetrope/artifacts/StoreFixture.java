package dev.zoetrope.artifacts;

import dev.zoetrope.embedded.EmbeddedObjectStore;
import java.nio.file.Path;
import java.time.Duration;

/** A real store with an empty bucket. */
record StoreFixture(EmbeddedObjectStore store, BucketArtifacts artifacts) implements AutoCloseable {
    static StoreFixture in(Path folder) {
        EmbeddedObjectStore store = EmbeddedObjectStore.start(folder);
        BucketArtifacts artifacts = BucketArtifacts.of(settings(store));
        artifacts.ensureBucket();
        return new StoreFixture(store, artifacts);
    }

    static StoreSettings settings(EmbeddedObjectStore store) {
        return new StoreSettings(
                store.endpoint(),
                "zoetrope",
                store.credentials().accessKey(),
                store.credentials().secretKey(),
                "us-east-1",
                Duration.ofSeconds(10));
    }

    @Override
    public void close() {
        artifacts.close();
        store.close();
    }
}
