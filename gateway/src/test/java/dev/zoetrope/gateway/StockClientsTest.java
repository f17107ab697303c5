package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.zoetrope.clients.EveryCall;
import dev.zoetrope.clients.GenerateByKafka;
import dev.zoetrope.clients.GenerateWithSdk;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.writing.VideoMetadata;
import dev.zoetrope.codec.writing.VideoWriter;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that know nothing of Zoetrope: only the base URL is ours. */
@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
@TestProfile(WebhooksTest.OnLoopback.class)
class StockClientsTest {
    private static final Path CLIENTS = Path.of("../clients").toAbsolutePath().normalize();

    @TestHTTPResource
    URI base;

    @TempDir
    Path folder;

    @BeforeEach
    void connect() {
        Client client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
    }

    @Test
    void the_npm_package_makes_every_call_unpatched() throws Exception {
        // Given
        Path sdk = npmPackage();
        Path picture = picture();
        Path clip = clip();

        // When
        String said;
        try (AutoCloseable working = LocalInfrastructure.stages().completeWhatIsAccepted()) {
            said = run(
                    folder,
                    Map.of("SDK_FOLDER", sdk.toString(), "PICTURE", picture.toString(), "CLIP", clip.toString()),
                    "node",
                    Path.of("src/test/node/stock.mjs").toAbsolutePath().toString());
        }

        // Then
        assertThat(said.lines()).last().isEqualTo("all");
    }

    @Test
    void the_examples_make_a_file_of_a_prompt() throws Exception {
        // Given
        Path sdk = npmPackage();
        Path script = Files.copy(
                CLIENTS.resolve("node/generate.mjs"), sdk.resolve("generate.mjs"), StandardCopyOption.REPLACE_EXISTING);

        // When
        try (AutoCloseable working = LocalInfrastructure.stages().completeWhatIsAccepted()) {
            run(folder, Map.of(), "node", script.toString(), "a red ball", "node.mp4");
            run(folder, Map.of(), CLIENTS.resolve("curl/generate.sh").toString(), "a red ball", "curl.mp4");
        }

        // Then
        assertThat(Files.readAllBytes(folder.resolve("node.mp4"))).isEqualTo(ScriptedStages.VIDEO);
        assertThat(Files.readAllBytes(folder.resolve("curl.mp4"))).isEqualTo(ScriptedStages.VIDEO);
    }

    @Test
    void the_java_sdk_makes_a_file_of_a_prompt() throws Exception {
        // Given
        Path file = folder.resolve("java.mp4");

        // When
        try (AutoCloseable working = LocalInfrastructure.stages().completeWhatIsAccepted()) {
            GenerateWithSdk.main(new String[] {base.resolve("/v1").toString(), "a red ball", file.toString()});
        }

        // Then
        assertThat(Files.readAllBytes(file)).isEqualTo(ScriptedStages.VIDEO);
    }

    @Test
    void the_java_sdk_makes_every_call_unpatched() throws Exception {
        // Given
        byte[] video = Files.readAllBytes(clip());
        byte[] picture = Files.readAllBytes(picture());
        System.setProperty("openai.baseUrl", base.resolve("/v1").toString());
        System.setProperty("openai.apiKey", "any");
        List<String> before = openedByPictures();

        // When
        try (AutoCloseable working = LocalInfrastructure.stages().completeWhatIsAccepted(video, picture)) {
            EveryCall.main(new String[] {folder.resolve("java").toString()});
        } finally {
            System.clearProperty("openai.baseUrl");
            System.clearProperty("openai.apiKey");
        }

        // Then: by upload, by file and by URL
        assertThat(openedByPictures()).hasSize(before.size() + 3);
    }

    private static List<String> openedByPictures() {
        return LocalInfrastructure.stages().values(Stage.MEDIA_READING.topic()).stream()
                .map(record -> Codec.ORDERS.decode(record.value()))
                .filter(order -> order.spec().task().files().containsKey(Role.FIRST_FRAME))
                .map(Order::job)
                .toList();
    }

    @Test
    void a_plain_kafka_producer_gets_a_completed_fact_with_the_reference_to_the_video() throws Exception {
        // When
        String fact;
        try (AutoCloseable working = LocalInfrastructure.stages().completeWhatIsAccepted()) {
            fact = GenerateByKafka.generate(LocalInfrastructure.brokers(), "a red ball");
        }

        // Then
        assertThat(fact).contains("\"type\":\"JobCompleted\"", "video.mp4", "sha256");
    }

    /** The package as the registry has it, in a folder that builds keep. */
    private Path npmPackage() throws Exception {
        assumeThat(isThere("npm")).as("npm is there").isTrue();
        Path target = Path.of("target/npm").toAbsolutePath();
        Files.createDirectories(target);
        Files.copy(
                CLIENTS.resolve("node/package.json"),
                target.resolve("package.json"),
                StandardCopyOption.REPLACE_EXISTING);
        if (!Files.isDirectory(target.resolve("node_modules/openai"))) {
            run(target, Map.of(), "npm", "install", "--no-audit", "--no-fund", "--no-package-lock");
        }
        return target;
    }

    private static boolean isThere(String command) throws InterruptedException {
        try {
            return new ProcessBuilder(command, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private String run(Path in, Map<String, String> environment, String... command) throws Exception {
        Path log = Files.createTempFile(folder, "client", ".log");
        ProcessBuilder builder = new ProcessBuilder(List.of(command))
                .directory(in.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("ZOETROPE_URL", base.resolve("/v1").toString());
        Process process = builder.start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(ended && process.exitValue() == 0).as(Files.readString(log)).isTrue();
        return Files.readString(log);
    }

    private Path picture() throws IOException {
        Path picture = folder.resolve("first.png");
        ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        return picture;
    }

    private Path clip() {
        return clip(folder);
    }

    static Path clip(Path folder) {
        Path file = folder.resolve("clip.mp4");
        byte[] grey = new byte[33 * 64 * 64 * 3];
        VideoFormat format = VideoFormat.of(64, 64, 8);
        try (VideoWriter writer = VideoWriter.create(file, format, VideoMetadata.madeByAi("test", "test"))) {
            writer.write(HostTensor.of(DType.U8, ByteBuffer.wrap(grey), 33, 64, 64, 3));
            writer.finish();
        }
        return file;
    }
}
