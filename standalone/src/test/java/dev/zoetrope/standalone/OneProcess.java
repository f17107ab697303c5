package dev.zoetrope.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The built one-process form, started as people start it, and ready. */
record OneProcess(JavaProcess process, JsonNode run, Api api) implements AutoCloseable {
    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");

    static OneProcess start(Path folder, Duration patience) throws Exception {
        Path runFile = folder.resolve("state/run.json");
        // A killed mesh leaves its own.
        Files.deleteIfExists(runFile);
        JavaProcess process = JavaProcess.application(
                "standalone",
                JAR,
                folder,
                Map.of(
                        "ZOETROPE_DATA", folder.resolve("state/data").toString(),
                        "ZOETROPE_MODELS", models().toString(),
                        "ZOETROPE_PORT", Integer.toString(JavaProcess.freePort())));
        long until = System.nanoTime() + patience.toNanos();
        while (!Files.exists(runFile)) {
            if (!process.process().isAlive()) throw new AssertionError(process.output());
            if (System.nanoTime() > until) throw new AssertionError("no run file after " + patience);
            Thread.sleep(50);
        }
        JsonNode run = new ObjectMapper().readTree(runFile.toFile());
        URI gateway = URI.create(run.path("gateway").asText());
        process.ready(gateway, patience);
        return new OneProcess(process, run, new Api(gateway));
    }

    static Path models() {
        return Path.of("../models").toAbsolutePath().normalize();
    }

    @Override
    public void close() {
        process.close();
    }
}
