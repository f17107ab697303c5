package dev.zoetrope.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a folder to one broker. Kafka's own lock comes too late: by then a second controller has written to the same log. The
 * operating system drops the lock when the process ends, however it ends.
 */
record FolderLock(FileChannel channel) implements AutoCloseable {
    static FolderLock of(Path folder) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    folder.resolve("broker.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock != null) return new FolderLock(channel);
            channel.close();
        } catch (OverlappingFileLockException e) {
            closeQuietly(channel);
        } catch (IOException e) {
            throw new EmbeddedStartException("cannot lock " + folder, e);
        }
        throw new EmbeddedStartException(
                "expected " + folder + " for this Kafka broker alone, but another one holds its lock");
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) channel.close();
        } catch (IOException e) {
            // The lock that could not be had is what matters.
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
