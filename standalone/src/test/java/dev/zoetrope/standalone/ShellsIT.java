package dev.zoetrope.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zoetrope.codec.reading.VideoProbe;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The command as a stranger runs it: a copy of the built tree in a folder with blanks and letters beyond ASCII, called by a link,
 * without any environment, under a locale with digits of its own, and, where the tests run as root, by a user without a home.
 */
class ShellsIT {
    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final String OTHER_USER = "65534";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Path folder;
    private static Path link;
    private static int port;

    /** What a run left. */
    private record Outcome(int code, byte[] output, String errors) {}

    @BeforeAll
    static void copy() throws Exception {
        folder = Files.createTempDirectory("zoetrope shells größe 大-");
        Path tree = Files.createDirectory(folder.resolve("tree"));
        for (String part : List.of(
                "zoetrope", "models", "cli/target/lib", "cli/target/zoetrope.jar", "standalone/target/quarkus-app")) {
            Path copy = tree.resolve(part);
            Files.createDirectories(copy.getParent());
            run(List.of("cp", "-a", PROJECT.resolve(part).toString(), copy.toString()));
        }
        Files.createFile(tree.resolve("cli/target/built"));
        link = Files.createSymbolicLink(folder.resolve("zlink"), Path.of("tree/zoetrope"));
        Path state = Files.createDirectory(folder.resolve("état"));
        if (isRoot()) {
            run(List.of("chown", OTHER_USER + ":" + OTHER_USER, state.toString()));
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        port = JavaProcess.freePort();
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            zoetrope("down");
        } finally {
            run(List.of("rm", "-rf", folder.toString()));
        }
    }

    @Test
    void a_stranger_gets_what_was_asked_for() throws Exception {
        // When
        Outcome made =
                zoetrope("generate", "ein grüner Bäll, 气球", "--steps", "1", "--frames", "5", "-o", "neu/Ä 1.mp4");
        Outcome piped =
                zoetrope("generate", "a", "--steps", "1", "--frames", "5", "--first-frame", picture(), "-o", "-");

        // Then
        assertThat(made.code()).as(made.errors()).isZero();
        Path video = state().resolve("neu/Ä 1.mp4");
        assertThat(VideoProbe.probe(video).frames()).isEqualTo(5);
        JsonNode videos = JSON.readTree(get("/v1/videos?order=asc", "").body());
        assertThat(videos.at("/data/0/prompt").asText()).isEqualTo("ein grüner Bäll, 气球");

        assertThat(piped.code()).as(piped.errors()).isZero();
        assertThat(VideoProbe.probe(Files.write(folder.resolve("piped.mp4"), piped.output()))
                        .frames())
                .isEqualTo(5);

        String content = "/v1/videos/" + videos.at("/data/0/id").asText() + "/content";
        HttpResponse<byte[]> range = get(content, "bytes=0-9");
        assertThat(range.headers().firstValue("Content-Range")).hasValue("bytes 0-9/" + Files.size(video));
        assertThat(new String(post("{\"prompt\": \"a\", \"frames\": 6}"), StandardCharsets.UTF_8))
                .contains("4 k + 1");

        try (Stream<Path> files = Files.walk(state().resolve("data/kafka"))) {
            assertThat(files.map(file -> state().relativize(file).toString())).allMatch(ShellsIT::isAscii);
        }
        Path temporary = state().resolve("data/tmp");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary)))
                .isEqualTo("rwx------");
        try (Stream<Path> processes = Files.list(temporary)) {
            assertThat(processes.map(process -> process.resolve("uploads")))
                    .singleElement()
                    .satisfies(uploads -> assertThat(uploads).isDirectory());
        }
    }

    @Test
    void what_is_wrong_is_said_in_the_last_line_in_the_words_of_the_command() throws Exception {
        for (List<String> wrong : List.of(
                List.of("--threads", "0"),
                List.of("--steps", "٣x"),
                List.of("--guidance", "NaN"),
                List.of("--fps", "0"),
                List.of("--seed", "-1"),
                List.of("--strength", "7"),
                List.of("--framez", "5"),
                List.of("--first-frame", "nothing.png"),
                List.of("-o", "a.avi"))) {
            // When
            List<String> arguments = new ArrayList<>(List.of("generate", "a"));
            if (!wrong.get(0).equals("-o")) arguments.addAll(List.of("-o", "never.mp4"));
            arguments.addAll(wrong);
            Outcome outcome = zoetrope(arguments.toArray(String[]::new));

            // Then
            List<String> lines = outcome.errors().lines().toList();
            assertThat(outcome.code()).isEqualTo(2);
            assertThat(lines).hasSizeLessThan(5);
            assertThat(lines.get(lines.size() - 1))
                    .startsWith("zoetrope: ")
                    .contains(wrong.get(0).equals("-o") ? "--out" : wrong.get(0))
                    .doesNotContain("java.", "Exception");
        }
    }

    private static Outcome zoetrope(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=" + OTHER_USER, "--regid=" + OTHER_USER, "--clear-groups"));
        }
        command.addAll(List.of(
                "env",
                "-i",
                "PATH=" + Path.of(System.getProperty("java.home"), "bin") + ":/usr/bin:/bin",
                "HOME=/nonexistent",
                "LC_ALL=C",
                "ZOETROPE_DATA=" + state().resolve("data"),
                "ZOETROPE_PORT=" + port,
                "JAVA_TOOL_OPTIONS=-Duser.language=ar -Duser.country=EG -Duser.timezone=Asia/Kathmandu",
                link.toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static Outcome run(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("errors", null);
        Process process = new ProcessBuilder(command)
                .directory(Files.isDirectory(state()) ? state().toFile() : null)
                .redirectError(errors.toFile())
                .start();
        byte[] output = process.getInputStream().readAllBytes();
        int code = process.waitFor();
        String said = Files.readString(errors);
        Files.delete(errors);
        return new Outcome(code, output, said);
    }

    private static Path state() {
        return folder.resolve("état");
    }

    private static String picture() throws IOException {
        Path picture = folder.resolve("stern ☆.png");
        ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        return picture.toString();
    }

    private static HttpResponse<byte[]> get(String path, String range) throws Exception {
        HttpRequest.Builder request = request(path);
        if (!range.isEmpty()) request.header("Range", range);
        return HTTP.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static byte[] post(String json) throws Exception {
        return HTTP.send(
                        request("/v1/videos")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(json))
                                .build(),
                        BodyHandlers.ofByteArray())
                .body();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofMinutes(1));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }
}
