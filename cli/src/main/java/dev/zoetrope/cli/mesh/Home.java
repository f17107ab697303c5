package dev.zoetrope.cli.mesh;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where things lie.
 *
 * @param program the folder of the project: {@code ZOETROPE_HOME}, which the launcher sets, else the working directory
 * @param state the folder of run file, log and data: the parent of {@code ZOETROPE_DATA}, else {@code .zoetrope} in the program's
 */
public record Home(Path program, Path state, Path data) {
    public static Home of(Map<String, String> environment) {
        Path program = Path.of(environment.getOrDefault("ZOETROPE_HOME", ""))
                .toAbsolutePath()
                .normalize();
        Path data = program.resolve(environment.getOrDefault("ZOETROPE_DATA", ".zoetrope/data"))
                .toAbsolutePath()
                .normalize();
        Path parent = data.getParent();
        return new Home(program, parent == null ? data : parent, data);
    }

    Path runFile() {
        return state.resolve("run.json");
    }

    Path log() {
        return state.resolve("zoetrope.log");
    }

    Path jar() {
        return program.resolve("standalone/target/quarkus-app/quarkus-run.jar");
    }

    /** Where native libraries are unpacked when the home folder is not fit for them. */
    public Path nativeFolder() {
        return state.resolve("native");
    }

    Path models() {
        return program.resolve("models");
    }
}
