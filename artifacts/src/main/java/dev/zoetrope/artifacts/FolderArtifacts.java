package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.ArtifactRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;

/** Artifacts as files of a folder, each under its key, for work in one process: it finds what it has written itself. */
public final class FolderArtifacts extends Artifacts {
    private final Path folder;
    private final ConcurrentNavigableMap<String, ArtifactRef> written = new ConcurrentSkipListMap<>();

    /** @param folder made where it is missing; whoever names it deletes it */
    public FolderArtifacts(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    /** Where an artifact lies. */
    public Path file(String key) {
        Path file = folder.resolve(key).normalize();
        if (!file.startsWith(folder)) {
            throw new StoreRefused(key, "key: expected a name inside the folder, but " + key + " came", null);
        }
        return file;
    }

    @Override
    ArtifactRef put(String key, Content content, Function<String, Description> describe) {
        Path file = file(key);
        return attempt(key, () -> {
            Files.createDirectories(file.getParent());
            Path part =
                    Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
            try {
                MessageDigest digest = Sha256.digest();
                try (OutputStream out = new DigestOutputStream(Files.newOutputStream(part), digest)) {
                    content.writeTo(out);
                }
                ArtifactRef ref = describe.apply(Sha256.hex(digest)).ref(key, Files.size(part));
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                written.put(key, ref);
                return ref;
            } finally {
                Files.deleteIfExists(part);
            }
        });
    }

    @Override
    InputStream get(String key) {
        return attempt(key, () -> Files.newInputStream(file(key)));
    }

    @Override
    public Optional<ArtifactRef> find(String key) {
        return Optional.ofNullable(written.get(key));
    }

    @Override
    public List<String> keys(String prefix) {
        return written.tailMap(prefix).keySet().stream()
                .takeWhile(key -> key.startsWith(prefix))
                .toList();
    }

    @Override
    public void delete(String key) {
        written.remove(key);
        attempt(key, () -> Files.deleteIfExists(file(key)));
    }

    @Override
    public void close() {}

    private interface Attempt<T> {
        T run() throws IOException;
    }

    private static <T> T attempt(String key, Attempt<T> attempt) {
        try {
            return attempt.run();
        } catch (NoSuchFileException e) {
            throw new ArtifactMissing(key, "no file has the key " + key, e);
        } catch (Content.SourceBroken e) {
            throw new UncheckedIOException("cannot read what becomes " + key + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new StoreRefused(key, "temporary files cannot be kept: " + e.getMessage(), e);
        }
    }
}
