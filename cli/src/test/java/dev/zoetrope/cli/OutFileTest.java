package dev.zoetrope.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutFileTest {
    private static final byte[] MADE = {1, 2, 3};

    @TempDir
    Path folder;

    @Test
    void a_regular_file_appears_whole_and_nothing_else_stays() throws Exception {
        // Given
        Path file = folder.resolve("a.mp4");

        // When
        publish(file);

        // Then
        assertThat(file).hasBinaryContent(MADE);
        assertThat(names()).containsExactly("a.mp4");
    }

    @Test
    void the_permissions_of_a_file_that_is_replaced_stay() throws Exception {
        // Given
        Path file = Files.writeString(folder.resolve("a.mp4"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));

        // When
        publish(file);

        // Then
        assertThat(file).hasBinaryContent(MADE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-rw----");
    }

    @Test
    void a_missing_folder_is_made_before_any_work() {
        // When
        try (OutFile file = OutFile.prepare(folder.resolve("new/deep/a.mp4").toString(), false)) {
            // Then
            assertThat(folder.resolve("new/deep")).isDirectory();
            assertThat(file.making()).doesNotExist();
        }
    }

    @Test
    void a_link_is_written_through_and_stays_a_link() throws Exception {
        // Given
        Path target =
                Files.writeString(Files.createDirectory(folder.resolve("there")).resolve("a.mp4"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.mp4"), Path.of("there/a.mp4"));

        // When
        publish(link);

        // Then
        assertThat(link).isSymbolicLink();
        assertThat(target).hasBinaryContent(MADE);
    }

    @Test
    void a_link_that_leads_nowhere_yet_leads_to_what_was_made() throws Exception {
        // Given
        Path link = Files.createSymbolicLink(folder.resolve("link.mp4"), Path.of("new/a.mp4"));

        // When
        publish(link);

        // Then
        assertThat(link).isSymbolicLink();
        assertThat(folder.resolve("new/a.mp4")).hasBinaryContent(MADE);
    }

    @Test
    void a_pipe_gets_it_and_stays_a_pipe() throws Exception {
        // Given
        Path pipe = folder.resolve("pipe");
        run("mkfifo", pipe.toString());
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readAllBytes(pipe);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });

        // When
        publish(pipe);

        // Then
        assertThat(read.get()).isEqualTo(MADE);
        assertThat(isOther(pipe)).isTrue();
    }

    @Test
    void what_nobody_reads_from_a_pipe_is_kept() throws Exception {
        // Given
        Path pipe = folder.resolve("pipe");
        run("mkfifo", pipe.toString());
        System.setProperty("zoetrope.out.reader-seconds", "1");

        // When
        try (OutFile file = OutFile.prepare(pipe.toString(), false)) {
            Files.write(file.making(), MADE);
            assertThatThrownBy(file::publish)
                    // Then
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            pipe + " cannot be written: nobody reads it; what was made is kept in " + file.making());
            file.close();
            assertThat(file.making()).hasBinaryContent(MADE);
            Files.delete(file.making());
            Files.delete(file.making().getParent());
        }
    }

    @Test
    void a_device_is_written_to_and_stays_a_device() throws Exception {
        // Given: as root only
        Path device = folder.resolve("null");
        assumeTrue(run("mknod", device.toString(), "c", "1", "3") == 0);

        // When
        publish(device);

        // Then
        assertThat(isOther(device)).isTrue();
    }

    @Test
    void a_file_that_became_a_folder_meanwhile_costs_nothing_that_was_made() throws Exception {
        // Given
        Path file = folder.resolve("a.mp4");
        try (OutFile out = OutFile.prepare(file.toString(), false)) {
            Files.write(out.making(), MADE);
            Files.createDirectories(file.resolve("b"));

            // When
            assertThatThrownBy(out::publish)
                    // Then
                    .hasMessageContaining("what was made is kept in " + out.making());
            out.close();
            assertThat(out.making()).hasBinaryContent(MADE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "folder",
                "new-folder/",
                "file/a.mp4",
                "a.avi",
                "a.gif",
                "a.webp",
                "a.MOV",
                "take.2",
                "circle.mp4",
                "/proc/a.mp4",
                "long"
            })
    void what_cannot_be_written_is_refused_before_any_work(String name) throws Exception {
        // Given
        Files.createDirectory(folder.resolve("folder"));
        Files.writeString(folder.resolve("file"), "");
        Files.createSymbolicLink(folder.resolve("circle.mp4"), Path.of("circle.mp4"));
        String whole = name.isEmpty() || name.startsWith("/")
                ? name
                : folder + "/" + (name.equals("long") ? "x".repeat(260) + ".mp4" : name);

        // When
        assertThatThrownBy(() -> OutFile.prepare(whole, false))
                // Then
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--out: expected ")
                .hasMessageNotContainingAny("java.", "Exception");
        assertThat(names()).containsExactlyInAnyOrder("circle.mp4", "file", "folder");
    }

    @Test
    void a_full_path_that_is_too_long_is_refused() {
        assertThatThrownBy(() -> OutFile.prepare(folder + "/x".repeat(5000) + ".mp4", false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("file name too long");
    }

    @Test
    void a_name_of_the_greatest_length_does() throws Exception {
        publish(folder.resolve("x".repeat(251) + ".mp4"));
    }

    @Test
    void a_folder_that_is_mounted_read_only_or_is_full_is_refused() throws Exception {
        // Given: as root only
        Path mount = Files.createDirectory(folder.resolve("mount"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=4k", "none", mount.toString()) == 0);
        try {
            // Then
            assertThatThrownBy(() -> OutFile.prepare(mount + "/a.mp4", false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("o space left on device");
            assertThat(run("mount", "-o", "remount,ro", mount.toString())).isZero();
            assertThatThrownBy(() -> OutFile.prepare(mount + "/a.mp4", false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("read-only file system");
        } finally {
            assertThat(run("umount", mount.toString())).isZero();
        }
    }

    @Test
    void a_picture_is_of_the_kind_that_its_name_says() {
        try (OutFile file = OutFile.prepare(folder.resolve("a.JPG").toString(), true)) {
            assertThat(file.making().toString()).endsWith(".jpg");
        }
        assertThatThrownBy(() -> OutFile.prepare(folder.resolve("a.mp4").toString(), true))
                .hasMessageContaining("expected a file name ending in .png, .jpg or .webp for one frame, but a.mp4");
    }

    private void publish(Path target) throws Exception {
        try (OutFile file = OutFile.prepare(target.toString(), false)) {
            Files.write(file.making(), MADE);
            file.publish();
        }
    }

    private static boolean isOther(Path file) throws IOException {
        return Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther();
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
