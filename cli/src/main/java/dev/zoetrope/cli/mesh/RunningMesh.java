package dev.zoetrope.cli.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A mesh in one process that runs, as its run file tells. */
record RunningMesh(ProcessHandle process, URI gateway, String kafka, String store, Path data) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The mesh of the home's run file; empty when its process has ended, or runs on other data: a copied folder has a copied file. */
    static Optional<RunningMesh> of(Home home) {
        Path runFile = home.runFile();
        if (!Files.isRegularFile(runFile)) return Optional.empty();
        JsonNode file;
        try {
            file = JSON.readTree(runFile.toFile());
        } catch (IOException e) {
            return Optional.empty();
        }
        long startedAt = file.path("startedAt").asLong();
        return ProcessHandle.of(file.path("pid").asLong())
                .filter(process -> process.isAlive() && startOf(process).toEpochMilli() == startedAt)
                .filter(process -> isSame(Path.of(file.path("data").asText()), home.data()))
                .map(process -> new RunningMesh(
                        process,
                        URI.create(file.path("gateway").asText()),
                        file.path("kafka").asText(),
                        file.path("store").asText(),
                        Path.of(file.path("data").asText())));
    }

    /** Whether both lead to the same folder, by whatever links. */
    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }

    Duration age() {
        return Duration.between(startOf(process), Instant.now());
    }

    /** Asks the process to end, and waits until it has; false when it has not in that time. */
    boolean stop(Duration patience) throws InterruptedException {
        process.destroy();
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot wait for process " + process.pid(), e);
        }
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }
}
