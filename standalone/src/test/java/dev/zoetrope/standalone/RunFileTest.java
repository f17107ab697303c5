package dev.zoetrope.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFileTest {
    @TempDir
    Path folder;

    @Test
    void a_running_process_is_found_by_its_file() {
        // Given
        Path file = folder.resolve("run.json");
        RunFile here = RunFile.here("http://127.0.0.1:8080", "127.0.0.1:1", "http://127.0.0.1:2", folder);

        // When
        here.write(file);

        // Then
        assertThat(RunFile.running(file, folder)).contains(here);
    }

    @Test
    void the_file_of_a_copied_folder_is_not_taken_for_the_copys() throws Exception {
        // Given
        Path file = folder.resolve("run.json");
        RunFile.here("http://127.0.0.1:8080", "127.0.0.1:1", "http://127.0.0.1:2", folder)
                .write(file);

        // When
        Path copy = Files.createDirectory(folder.resolve("copy"));

        // Then
        assertThat(RunFile.running(file, copy)).isEmpty();
        assertThat(RunFile.running(file, Files.createSymbolicLink(folder.resolve("link"), folder)))
                .isPresent();
    }

    @Test
    void a_later_process_of_the_same_id_is_not_taken_for_it() {
        // Given
        Path file = folder.resolve("run.json");
        RunFile here = RunFile.here("http://127.0.0.1:8080", "127.0.0.1:1", "http://127.0.0.1:2", folder);

        // When
        new RunFile(here.pid(), here.startedAt() - 1, here.gateway(), here.kafka(), here.store(), here.data())
                .write(file);

        // Then
        assertThat(RunFile.running(file, folder)).isEmpty();
    }

    @Test
    void a_file_that_cannot_be_read_belongs_to_nobody() throws Exception {
        // Given
        Path file = Files.writeString(folder.resolve("run.json"), "{");

        // Then
        assertThat(RunFile.running(file, folder)).isEmpty();
        assertThat(RunFile.running(folder.resolve("none"), folder)).isEmpty();
    }
}
