package dev.zoetrope.cli.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningMeshTest {
    @TempDir
    Path folder;

    @Test
    void a_mesh_is_found_by_its_run_file() throws Exception {
        // Given
        write(startOfThisProcess());

        // When
        RunningMesh mesh = RunningMesh.of(home()).orElseThrow();

        // Then
        assertThat(mesh.gateway()).hasToString("http://127.0.0.1:8081");
        assertThat(mesh.process().pid()).isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void another_process_with_the_same_id_is_not_taken_for_it() throws Exception {
        // When
        write(startOfThisProcess() - 1);

        // Then
        assertThat(RunningMesh.of(home())).isEmpty();
    }

    @Test
    void nothing_runs_where_there_is_no_run_file() {
        assertThat(RunningMesh.of(home())).isEmpty();
    }

    @Test
    void run_file_and_log_lie_beside_the_data() {
        // When
        Home home = Home.of(Map.of("ZOETROPE_HOME", "/project", "ZOETROPE_DATA", "/somewhere/data"));

        // Then
        assertThat(home.runFile()).isEqualTo(Path.of("/somewhere/run.json"));
        assertThat(home.log()).isEqualTo(Path.of("/somewhere/zoetrope.log"));
        assertThat(Home.of(Map.of("ZOETROPE_HOME", "/project")).data()).isEqualTo(Path.of("/project/.zoetrope/data"));
    }

    @Test
    void the_mesh_of_a_folder_is_not_that_of_its_copy() throws Exception {
        // Given
        write(startOfThisProcess());

        // When
        Path copy = Files.createDirectories(folder.resolve("copy/data")).getParent();
        Files.copy(folder.resolve("run.json"), copy.resolve("run.json"));

        // Then
        assertThat(RunningMesh.of(
                        Home.of(Map.of("ZOETROPE_DATA", copy.resolve("data").toString()))))
                .isEmpty();
        assertThat(RunningMesh.of(home())).isPresent();
    }

    private Home home() {
        return Home.of(Map.of("ZOETROPE_DATA", folder.resolve("data").toString()));
    }

    private Path write(long startedAt) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        return Files.writeString(folder.resolve("run.json"), """
                {"pid": %d, "startedAt": %d, "gateway": "http://127.0.0.1:8081", "kafka": "127.0.0.1:1",
                 "store": "http://127.0.0.1:2", "data": "%s", "later": "field"}
                """.formatted(
                        ProcessHandle.current().pid(), startedAt, data));
    }

    private static long startOfThisProcess() {
        return ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
    }
}
