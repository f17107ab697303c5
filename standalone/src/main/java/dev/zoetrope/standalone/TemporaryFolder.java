package dev.zoetrope.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Temporary files of this process and what clients upload: in the data folder, for this user alone, gone when the process ends.
 * The machine's temporary folder has names that another user could make first, and may be small or mounted noexec.
 */
record TemporaryFolder(Path path) {
    private static final String PRIVATE = "rwx------";

    /** Makes it, and lets this JVM put its temporary files there. */
    static TemporaryFolder in(Path data) {
        try {
            Path all = Files.createDirectories(data.resolve("tmp"));
            Files.setPosixFilePermissions(all, PosixFilePermissions.fromString(PRIVATE));
            TemporaryFolder folder = new TemporaryFolder(Files.createTempDirectory(all, "process-"));
            System.setProperty("java.io.tmpdir", folder.path.toString());
            System.setProperty(
                    "quarkus.http.body.uploads-directory", folder.uploads().toString());
            return folder;
        } catch (IOException e) {
            throw new StartRefused("expected a data folder to keep temporary files in, but " + data
                    + " cannot be written; name one with ZOETROPE_DATA");
        }
    }

    private Path uploads() throws IOException {
        return Files.createDirectory(
                path.resolve("uploads"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)));
    }

    /** Deletes what processes left that were killed. The data folder must be this process's by then. */
    void deleteOthers() {
        try (Stream<Path> all = Files.list(path.resolve(".."))) {
            all.map(Path::normalize).filter(other -> !other.equals(path)).forEach(TemporaryFolder::delete);
        } catch (IOException e) {
            // They take room and do no harm.
        }
    }

    void delete() {
        delete(path);
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) Files.deleteIfExists(file);
        } catch (IOException e) {
            // The next start tries again.
        }
    }
}
