package dev.zoetrope.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderArtifactsTest extends ArtifactsContract {
    @TempDir
    static Path shared;

    private static FolderArtifacts artifacts;

    @BeforeAll
    static void open() {
        artifacts = new FolderArtifacts(shared.resolve("store"));
    }

    @Override
    Artifacts artifacts() {
        return artifacts;
    }

    @Override
    Path file(String key) {
        return artifacts.file(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "jobs/../../a", "/a"})
    void a_key_that_leads_out_of_the_folder_is_refused(String key) {
        assertThatThrownBy(() -> artifacts.putBytes(key, new byte[1]))
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("expected a name inside the folder");
    }

    @Test
    void a_write_that_breaks_off_leaves_nothing() {
        // Given
        Content broken = out -> {
            out.write(noise(1000));
            throw new Content.SourceBroken("the source died", new IOException());
        };
        Content full = out -> Files.write(Path.of("/dev/full"), noise(1000));

        // When
        assertThatThrownBy(() -> artifacts.put("jobs/p/video.mp4", broken, Description::file))
                // Then
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot read what becomes jobs/p/video.mp4: the source died");
        assertThatThrownBy(() -> artifacts.put("jobs/p/video.mp4", full, Description::file))
                .isInstanceOf(StoreRefused.class)
                .hasMessageContaining("temporary files cannot be kept: ")
                .hasMessageContaining("No space left on device");
        assertThat(artifacts.find("jobs/p/video.mp4")).isEmpty();
        assertThat(artifacts.file("jobs/p")).isEmptyDirectory();
    }
}
