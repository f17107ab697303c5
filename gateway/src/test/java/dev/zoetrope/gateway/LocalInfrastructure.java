package dev.zoetrope.gateway;

import dev.zoetrope.embedded.EmbeddedKafka;
import dev.zoetrope.embedded.EmbeddedObjectStore;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A broker, a store and scripted stages, for as long as the tests of one application run. */
public final class LocalInfrastructure implements QuarkusTestResourceLifecycleManager {
    private static LocalInfrastructure running;

    private Path folder;
    private EmbeddedKafka kafka;
    private EmbeddedObjectStore store;
    private ScriptedStages stages;
    private final ScheduledExecutorService offering = Executors.newSingleThreadScheduledExecutor();

    static ScriptedStages stages() {
        return running.stages;
    }

    static String brokers() {
        return running.kafka.bootstrapServers();
    }

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("gateway-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        store = EmbeddedObjectStore.start(folder.resolve("objects"));
        stages = new ScriptedStages(kafka.bootstrapServers(), store);
        offering.scheduleWithFixedDelay(() -> stages.offer("toybox"), 0, 10, TimeUnit.SECONDS);
        running = this;
        Map<String, String> config = new HashMap<>();
        config.put("kafka.bootstrap.servers", kafka.bootstrapServers());
        config.put("zoetrope.store.endpoint", store.endpoint().toString());
        config.put("zoetrope.store.access-key", store.credentials().accessKey());
        config.put("zoetrope.store.secret-key", store.credentials().secretKey());
        config.put("zoetrope.gateway.snapshot-interval", "300ms");
        config.put("quarkus.http.test-port", "0");
        return config;
    }

    @Override
    public void stop() {
        offering.shutdownNow();
        stages.close();
        store.close();
        kafka.close();
        try (Stream<Path> files = Files.walk(folder, new FileVisitOption[0])) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
