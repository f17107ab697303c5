package dev.zoetrope.cli.inprocess;

import dev.zoetrope.artifacts.FolderArtifacts;
import dev.zoetrope.encoder.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A folder of artifacts that goes when it is closed, or when the process is stopped, as by Ctrl-C. */
final class TemporaryStore implements AutoCloseable {
    private static final int LEAVING_OFF_SECONDS = 10;

    private final Scratch folder = new Scratch("zoetrope");
    private final FolderArtifacts artifacts = new FolderArtifacts(folder.file("artifacts"));
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopped, "temporary-store");
    private volatile Runnable stop = closed::countDown;

    TemporaryStore() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    FolderArtifacts artifacts() {
        return artifacts;
    }

    /** What has the work leave off where the process is stopped; the store is closed then. */
    void whenStopped(Runnable stopping) {
        stop = stopping;
    }

    /** Takes a file out of the folder, so that it stays; where it lies then. */
    Path keep(Path file) {
        String name = file.getFileName().toString();
        try {
            Path kept = Files.createTempFile("zoetrope-", name.substring(name.lastIndexOf('.')));
            return Files.move(file, kept, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep what was made: " + e.getMessage(), e);
        }
    }

    private void stopped() {
        stop.run();
        try {
            closed.await(LEAVING_OFF_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        folder.close();
    }

    @Override
    public void close() {
        folder.close();
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is being stopped: the hook runs.
        }
    }
}
