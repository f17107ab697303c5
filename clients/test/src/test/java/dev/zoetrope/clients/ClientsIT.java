package dev.zoetrope.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.zoetrope.codec.reading.VideoInfo;
import dev.zoetrope.codec.reading.VideoProbe;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every example against one mesh: the stock SDKs, with nothing but a base address and a key. */
class ClientsIT {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path CLIENTS = ROOT.resolve("clients");

    @TempDir
    static Path folder;

    private static Mesh mesh;

    @BeforeAll
    static void start() throws Exception {
        mesh = Mesh.start(ROOT, folder);
    }

    @AfterAll
    static void stop() {
        if (mesh != null) mesh.close();
    }

    @Test
    void the_stock_openai_package_of_node_makes_every_call() throws Exception {
        // Given
        Path node = nodeExample();

        // When
        String output = run(node, "node", "every-call.mjs", "out");

        // Then
        assertThat(output).endsWith("every call answered as it should\n");
        assertMade(node.resolve("out"));
    }

    @Test
    void the_stock_openai_package_of_node_makes_a_video() throws Exception {
        // Given
        Path node = nodeExample();

        // When
        run(node, "node", "generate.mjs", "a red ball bounces over the sea", "ball.mp4");

        // Then
        assertThat(probe(node.resolve("ball.mp4")).frames()).isEqualTo(33);
    }

    @Test
    void the_stock_openai_java_makes_every_call() throws Exception {
        // When
        String output = runJava("EveryCall", "java-out");

        // Then
        assertThat(output).endsWith("every call answered as it should\n");
        assertMade(folder.resolve("java-out"));
    }

    @Test
    void the_stock_openai_java_makes_a_video() throws Exception {
        // When
        runJava(
                "GenerateWithSdk",
                mesh.environment().get("ZOETROPE_URL"),
                "a red ball bounces over the sea",
                "java.mp4");

        // Then
        assertThat(probe(folder.resolve("java.mp4")).frames()).isEqualTo(33);
    }

    @Test
    void the_stock_openai_package_of_node_manages_webhooks_and_believes_their_signatures() throws Exception {
        // Given
        Path node = nodeExample();

        // When
        String output = run(node, "node", "webhooks.mjs");

        // Then
        assertThat(output).startsWith("told of video_");
    }

    @Test
    void the_stock_openai_java_manages_webhooks_and_believes_their_signatures() throws Exception {
        // When
        String output = runJava("Webhooks");

        // Then
        assertThat(output).startsWith("told of video_");
    }

    @Test
    void curl_makes_a_video_that_begins_with_a_picture() throws Exception {
        // Given
        Map<String, String> environment = new HashMap<>(mesh.environment());
        environment.put("FIELDS", "steps=2 frames=5 size=64x64");
        ImageIO.write(
                new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB),
                "png",
                folder.resolve("picture.png").toFile());

        // When
        Command.run(
                folder,
                environment,
                List.of(
                        CLIENTS.resolve("curl/generate.sh").toString(),
                        "a red ball; \"quoted\"",
                        "curl.mp4",
                        "picture.png"));

        // Then
        assertThat(probe(folder.resolve("curl.mp4")).frames()).isEqualTo(5);
    }

    @Test
    void a_plain_kafka_producer_makes_a_video() throws Exception {
        // When
        String output = runJava("GenerateByKafka", mesh.kafka(), "a red ball");

        // Then
        assertThat(output).containsPattern("\"key\" ?: ?\"jobs/video_[0-9a-z]{26}/video\\.mp4\"");
    }

    private static Path nodeExample() throws Exception {
        assumeThat(isThere("npm")).as("npm is there").isTrue();
        Path node = folder.resolve("node");
        if (!Files.exists(node)) {
            Files.createDirectory(node);
            for (String name :
                    List.of("package.json", "package-lock.json", "generate.mjs", "every-call.mjs", "webhooks.mjs")) {
                Files.copy(CLIENTS.resolve("node").resolve(name), node.resolve(name));
            }
            run(node, "npm", "ci", "--no-audit", "--no-fund");
        }
        return node;
    }

    private static boolean isThere(String command) throws Exception {
        try {
            Command.run(folder, Map.of(), List.of(command, "--version"));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String runJava(String example, String... arguments) throws Exception {
        Path target = CLIENTS.resolve("java/target");
        List<String> command = new ArrayList<>(List.of(
                Command.java(),
                "-cp",
                target.resolve("classes") + ":" + Files.readString(target.resolve("classpath")),
                "dev.zoetrope.clients." + example));
        command.addAll(Arrays.asList(arguments));
        return Command.run(folder, mesh.environment(), command);
    }

    private static String run(Path where, String... command) throws Exception {
        return Command.run(where, mesh.environment(), List.of(command));
    }

    private static void assertMade(Path made) throws Exception {
        assertThat(probe(made.resolve("video.mp4")).frames()).isEqualTo(5);
        assertThat(probe(made.resolve("remix.mp4")).frames()).isEqualTo(5);
        assertThat(probe(made.resolve("edit.mp4")).frames()).isEqualTo(5);
        assertThat(probe(made.resolve("edited-upload.mp4")).frames()).isEqualTo(5);
        assertThat(probe(made.resolve("extension.mp4")).frames()).isEqualTo(5 + 8);
        assertThat(probe(made.resolve("extended-upload.mp4")).frames()).isEqualTo(5 + 8);
        assertWebp(made.resolve("thumbnail.webp"));
        assertJpeg(made.resolve("spritesheet.jpg"));
        assertThat(Files.readAllBytes(made.resolve("image.png"))).startsWith(0x89, 'P', 'N', 'G');
    }

    private static VideoInfo probe(Path video) {
        VideoInfo info = VideoProbe.probe(video);
        assertThat(info.codec()).isEqualTo("h264");
        assertThat(List.of(info.width(), info.height())).containsExactly(64, 64);
        assertThat(info.moovFirst()).isTrue();
        return info;
    }

    private static void assertWebp(Path file) throws Exception {
        assertThat(new String(Files.readAllBytes(file), 0, 12, StandardCharsets.ISO_8859_1))
                .startsWith("RIFF")
                .endsWith("WEBP");
    }

    private static void assertJpeg(Path file) throws Exception {
        assertThat(Files.readAllBytes(file)).startsWith(0xff, 0xd8, 0xff);
    }
}
