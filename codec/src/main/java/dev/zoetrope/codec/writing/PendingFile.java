package dev.zoetrope.codec.writing;

import dev.zoetrope.codec.CodecFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** A file in the making, beside its place: it takes its name all at once or goes. */
final class PendingFile implements AutoCloseable {
    private final Path target;
    private final Path path;

    static PendingFile nextTo(Path target) {
        Path whole = target.toAbsolutePath();
        Path folder = whole.getParent();
        Path name = whole.getFileName();
        if (folder == null || name == null || !Files.isDirectory(folder)) {
            throw new CodecFailedException("expected a file in a folder that exists, but " + target + " came");
        }
        if (Files.exists(whole, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(whole, LinkOption.NOFOLLOW_LINKS)) {
            // Taking its name would take it away: a device, a pipe, a link.
            throw new CodecFailedException("expected a file, but " + target + " is something else");
        }
        return new PendingFile(whole, folder.resolve("." + UUID.randomUUID() + ".part"));
    }

    private PendingFile(Path target, Path path) {
        this.target = target;
        this.path = path;
    }

    Path path() {
        return path;
    }

    void publish() {
        try {
            Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CodecFailedException("cannot give " + target + " its name", e);
        }
    }

    /** Removes what was not published. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new CodecFailedException("cannot remove " + path, e);
        }
    }
}
