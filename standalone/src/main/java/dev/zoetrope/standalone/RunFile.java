package dev.zoetrope.standalone;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Where a running form is: what {@code ./zoetrope status} and {@code down} read.
 *
 * @param startedAt of the process, in milliseconds since 1970: tells it from a later one of the same id
 * @param gateway the base address of the API
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record RunFile(long pid, long startedAt, String gateway, String kafka, String store, String data) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static RunFile here(String gateway, String kafka, String store, Path data) {
        ProcessHandle self = ProcessHandle.current();
        return new RunFile(self.pid(), startOf(self), gateway, kafka, store, data.toString());
    }

    /** What the file says, when the process that wrote it still runs on that data: a copied folder has a copied file. */
    static Optional<RunFile> running(Path file, Path data) {
        if (!Files.isRegularFile(file)) return Optional.empty();
        try {
            RunFile read = JSON.readValue(file.toFile(), RunFile.class);
            return ProcessHandle.of(read.pid)
                    .filter(process -> process.isAlive() && startOf(process) == read.startedAt)
                    .filter(process -> isSame(Path.of(read.data), data))
                    .map(process -> read);
        } catch (IOException e) {
            // A file that cannot be read belongs to nobody who runs: it is written in one move.
            return Optional.empty();
        }
    }

    /** Whether both lead to the same folder, by whatever links. */
    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            return false;
        }
    }

    void write(Path file) {
        try {
            Path part = Files.createTempFile(file.toAbsolutePath().getParent(), "run", ".part");
            JSON.writerWithDefaultPrettyPrinter().writeValue(part.toFile(), this);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new StartRefused("expected a folder to write to, but " + file + " cannot be written");
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // It names a process that has ended, and is taken for nothing.
        }
    }

    private static long startOf(ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(java.time.Instant::toEpochMilli)
                .orElse(0L);
    }
}
