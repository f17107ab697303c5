package dev.zoetrope.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The one-process form of the mesh, which lets in who has the key. */
record Mesh(Process process, URI gateway, String kafka) implements AutoCloseable {
    static final String KEY = "sk-of-the-examples";

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    static Mesh start(Path root, Path folder) throws Exception {
        Path runFile = folder.resolve("run.json");
        Path log = folder.resolve("standalone.log");
        Process process = Command.start(
                folder,
                Map.of(
                        "OMP_WAIT_POLICY",
                        "passive",
                        "ZOETROPE_DATA",
                        folder.resolve("data").toString(),
                        "ZOETROPE_MODELS",
                        root.resolve("models").toString(),
                        "ZOETROPE_PORT",
                        Integer.toString(freePort()),
                        "ZOETROPE_GATEWAY_API_KEYS",
                        KEY,
                        "ZOETROPE_GATEWAY_WEBHOOKS_ALLOW_PRIVATE",
                        "true"),
                List.of(
                        Command.java(),
                        "-Xmx700m",
                        "-XX:+UseSerialGC",
                        "-jar",
                        root.resolve("standalone/target/quarkus-app/quarkus-run.jar")
                                .toString()),
                log);
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < until) {
            if (!process.isAlive()) throw new AssertionError("the mesh has ended:\n" + Files.readString(log));
            if (Files.exists(runFile)) {
                JsonNode run = new ObjectMapper().readTree(runFile.toFile());
                URI gateway = URI.create(run.path("gateway").asText());
                if (answers(gateway))
                    return new Mesh(process, gateway, run.path("kafka").asText());
            }
            Thread.sleep(100);
        }
        process.destroyForcibly();
        throw new AssertionError("the mesh is not ready after " + PATIENCE + ":\n" + Files.readString(log));
    }

    /** What the examples read: the SDKs their own variables, the others ours. */
    Map<String, String> environment() {
        String api = gateway.resolve("/v1").toString();
        return Map.of(
                "OPENAI_BASE_URL", api,
                "OPENAI_API_KEY", KEY,
                "ZOETROPE_URL", api,
                "ZOETROPE_KEY", KEY,
                "KAFKA_BOOTSTRAP_SERVERS", kafka);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static boolean answers(URI gateway) throws InterruptedException {
        try {
            HttpRequest ready = HttpRequest.newBuilder(gateway.resolve("/q/health/ready"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return HTTP.send(ready, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
