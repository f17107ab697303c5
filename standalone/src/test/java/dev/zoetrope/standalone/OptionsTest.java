package dev.zoetrope.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionsTest {
    @TempDir
    Path models;

    @Test
    void the_run_file_lies_beside_the_data() {
        // When
        Options options = options(Map.of("ZOETROPE_DATA", "/somewhere/data"));

        // Then
        assertThat(options.data()).isEqualTo(Path.of("/somewhere/data"));
        assertThat(options.runFile()).isEqualTo(Path.of("/somewhere/run.json"));
    }

    @Test
    void a_port_that_was_asked_for_and_is_taken_is_refused() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Options options = options(Map.of("ZOETROPE_PORT", Integer.toString(taken.getLocalPort())));

            // When
            assertThatThrownBy(options::freePort)
                    // Then
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("expected port " + taken.getLocalPort() + " free for the gateway");
        }
    }

    @Test
    void without_a_port_a_free_one_is_found() {
        assertThat(options(Map.of()).freePort()).isBetween(8080, 8179);
    }

    @Test
    void what_is_no_port_is_refused() {
        assertThatThrownBy(() -> options(Map.of("ZOETROPE_PORT", "http")))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("expected a port from 1 to 65535 for the gateway, but http came");
    }

    @Test
    void a_missing_folder_of_models_is_named() {
        assertThatThrownBy(() -> Options.of(new Properties(), Map.of("ZOETROPE_MODELS", "/nowhere/models")))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("there is none at /nowhere/models");
    }

    private Options options(Map<String, String> environment) {
        Properties properties = new Properties();
        properties.setProperty("zoetrope.models.folder", models.toString());
        return Options.of(properties, environment);
    }
}
