package dev.zoetrope.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.cli.Main;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The command through a mesh and with {@code --in-process}: one request, one seed, the same frames. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InProcessIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    static Path folder;

    private static OneProcess mesh;
    private static Command command;

    @BeforeAll
    static void start() throws Exception {
        mesh = OneProcess.start(folder, PATIENCE);
        command = new Command(folder);
        Files.writeString(
                folder.resolve("shots.json"),
                "[{\"prompt\": \"a red ball\", \"seconds\": \"1\"},"
                        + " {\"prompt\": \"a blue ball\", \"seconds\": \"1\", \"cut\": false},"
                        + " {\"prompt\": \"a star\", \"seconds\": \"1\", \"cut\": true}]");
    }

    @AfterAll
    static void stop() {
        if (mesh != null) mesh.close();
    }

    /** What is asked for, as options of the command. */
    private record Request(String file, int frames, List<String> options) {
        static Request of(String file, int frames, String... options) {
            return new Request(file, frames, List.of(options));
        }

        List<String> arguments(Path out) {
            List<String> arguments = new ArrayList<>(List.of("generate", "a red ball", "--steps", "2", "--seed", "5"));
            arguments.addAll(options);
            arguments.addAll(List.of("-o", out.toString()));
            return arguments;
        }

        @Override
        public String toString() {
            return file;
        }
    }

    /** In this order: those after the first two are given what these made through the mesh. */
    static List<Request> requests() {
        String ball = folder.resolve("text.mp4").toString();
        String picture = folder.resolve("picture.png").toString();
        String shots = folder.resolve("shots.json").toString();
        return List.of(
                Request.of("text.mp4", 9, "--frames", "9"),
                Request.of("picture.png", 1, "--frames", "1"),
                Request.of("windows.mp4", 37, "--frames", "37"),
                Request.of("between.mp4", 9, "--frames", "9", "--first-frame", picture, "--last-frame", picture),
                Request.of("after.mp4", 9 + 16, "--extend", ball),
                Request.of("before.mp4", 8 + 9, "--extend", ball, "--backward", "--frames", "8"),
                Request.of("both.mp4", 9 + 7 + 9, "--connect", ball, ball, "--frames", "7"),
                Request.of("loop.mp4", 9 + 7, "--loop", ball, "--frames", "7"),
                Request.of("edit.mp4", 9, "--edit", ball, "--strength", "0.5"),
                Request.of("story.mp4", 9 + 8 + 9, "--storyboard", shots),
                Request.of("character.mp4", 9, "--frames", "9", "--character", ball));
    }

    @ParameterizedTest
    @MethodSource("requests")
    @Order(1)
    void a_request_gives_the_same_frames_through_the_mesh_and_in_process(Request request) throws Exception {
        // Given
        Path through = folder.resolve(request.file());
        Path here = folder.resolve("here-" + request.file());
        List<String> inProcess = new ArrayList<>(request.arguments(here));
        inProcess.addAll(List.of("--in-process", "--models", OneProcess.models().toString()));

        // When
        Command.Outcome outcome = command.run(request.arguments(through));
        int code = Main.run(inProcess.toArray(String[]::new));

        // Then
        assertThat(outcome.code()).as(outcome.output()).isZero();
        assertThat(code).isZero();
        assertThat(Player.frames(here)).hasSize(request.frames()).isEqualTo(Player.frames(through));
        if (request.file().endsWith(".mp4")) {
            assertThat(outcome.output()).contains("denoising: 100/100", "(seed 5)");
            URI stream = mesh.api().base().resolve("/v1/videos/" + mesh.api().newest() + "/stream.m3u8");
            assertThat(Player.frames(stream)).isEqualTo(Player.frames(through));
        }
    }

    @Test
    @Order(2)
    void a_command_that_is_stopped_leaves_nothing_behind() throws Exception {
        // Given
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Path target = Files.createDirectory(folder.resolve("target"));
        JavaProcess generate = JavaProcess.start(
                "stopped",
                folder,
                Map.of(),
                List.of(
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.zoetrope.cli.Main",
                        "generate",
                        "a red ball",
                        "--in-process",
                        "--models",
                        OneProcess.models().toString(),
                        "--steps",
                        "500",
                        "-o",
                        target.resolve("never.mp4").toString()));
        while (!generate.output().contains("text-encoding: 2/2")) {
            assertThat(generate.process().isAlive()).as(generate.output()).isTrue();
            Thread.sleep(50);
        }

        // When
        // The signal of Ctrl-C is ignored in what a shell starts in the background, as it may have started this test.
        generate.process().destroy();
        generate.process().waitFor();

        // Then
        assertThat(zoetropes(temporary)).isEmpty();
        assertThat(target).isEmptyDirectory();
    }

    /** What is ours among temporary files: native libraries leave some of their own. */
    private static List<Path> zoetropes(Path temporary) throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.getFileName().toString().matches("(zoetrope-|video_).*"))
                    .toList();
        }
    }
}
