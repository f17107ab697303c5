package dev.zoetrope.encoder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder for the files of one order, or of one job. */
public final class Scratch implements AutoCloseable {
    private final Path folder;

    /** @param job begins its name */
    public Scratch(String job) {
        try {
            folder = Files.createTempDirectory(job + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary folder: " + e.getMessage(), e);
        }
    }

    /** A place in it. */
    public Path file(String name) {
        return folder.resolve(name);
    }

    /** Deletes it with all that is in it. */
    @Override
    public void close() {
        if (!Files.exists(folder)) return;
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder + ": " + e.getMessage(), e);
        }
    }
}
