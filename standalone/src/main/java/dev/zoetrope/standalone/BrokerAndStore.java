package dev.zoetrope.standalone;

import dev.zoetrope.embedded.EmbeddedKafka;
import dev.zoetrope.embedded.EmbeddedObjectStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The broker and the store of this process. */
record BrokerAndStore(EmbeddedKafka kafka, EmbeddedObjectStore store) implements AutoCloseable {
    /** Starts both at once; where one cannot start, neither runs. */
    static BrokerAndStore start(Path data) {
        CompletableFuture<EmbeddedObjectStore> store =
                CompletableFuture.supplyAsync(() -> EmbeddedObjectStore.start(data.resolve("objects")));
        EmbeddedKafka kafka;
        try {
            kafka = EmbeddedKafka.start(data.resolve("kafka"));
        } catch (RuntimeException e) {
            CompletableFuture<?> unused = store.thenAccept(EmbeddedObjectStore::close);
            throw e;
        }
        try {
            return new BrokerAndStore(kafka, store.join());
        } catch (CompletionException e) {
            kafka.close();
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** What the services have to know of it, as their own configuration names it. */
    Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("kafka.bootstrap.servers", kafka.bootstrapServers());
        properties.put("zoetrope.store.endpoint", store.endpoint().toString());
        properties.put("zoetrope.store.access-key", store.credentials().accessKey());
        properties.put("zoetrope.store.secret-key", store.credentials().secretKey());
        return properties;
    }

    @Override
    public void close() {
        store.close();
        kafka.close();
    }
}
