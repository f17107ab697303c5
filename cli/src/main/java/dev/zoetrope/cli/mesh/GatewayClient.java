package dev.zoetrope.cli.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zoetrope.requests.RequestWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** The calls of the gateway that the command needs. */
final class GatewayClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATA = "data:";
    /** For an answer's beginning; uploads are looked at before they are answered, and pictures made. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private final URI base;
    /** For a gateway that asks for one. */
    private final String key = System.getenv().getOrDefault("ZOETROPE_API_KEY", "");

    GatewayClient(URI base) {
        this.base = base;
    }

    /** Whether every service in the process is ready; false as well when nobody answers. */
    boolean isReady() throws InterruptedException {
        try {
            HttpRequest request =
                    request("/q/health/ready").timeout(Duration.ofSeconds(5)).build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** @throws GatewayRefused the gateway says no, and why */
    JsonNode get(String path) throws IOException, InterruptedException {
        return send(request(path).build());
    }

    /** @throws GatewayRefused the gateway says no, and why */
    JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
    }

    /**
     * Cancels a video; does not wait long.
     *
     * @throws GatewayRefused the gateway says no, and why
     */
    void cancel(String id) throws IOException, InterruptedException {
        send(request("/v1/videos/" + id + "/cancel")
                .timeout(Duration.ofSeconds(5))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build());
    }

    /**
     * Makes a call: as JSON, or as a form where it brings files.
     *
     * @param request the record of the call
     * @throws GatewayRefused the gateway says no, and why
     */
    JsonNode send(String path, Object request) throws IOException, InterruptedException {
        Optional<JsonNode> json = RequestWriter.json(request);
        if (json.isPresent()) return post(path, json.get());
        Multipart form = new Multipart();
        return send(request(path)
                .header("Content-Type", form.contentType())
                .POST(form.body(RequestWriter.form(request)))
                .build());
    }

    /**
     * Hands on each state of a video as its server-sent events tell of it, until one is wanted no more.
     *
     * @return whether the receiver had enough; false when the stream ended, or broke, before
     * @throws GatewayRefused the gateway says no, and why
     */
    boolean follow(String path, Predicate<JsonNode> enough) throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                exchange(request(path).header("Accept", "text/event-stream").build(), BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            if (response.statusCode() != 200) {
                throw refused(response, response.body().readAllBytes());
            }
            for (String line; (line = lines.readLine()) != null; ) {
                if (line.startsWith(DATA)
                        && enough.test(
                                read(response, line.substring(DATA.length()).getBytes(StandardCharsets.UTF_8)))) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Saves what a call answers. */
    void download(String path, Path file) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = exchange(request(path).build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) throw refused(response, body.readAllBytes());
            Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The whole address of a path. */
    URI address(String path) {
        return base.resolve(path);
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = exchange(request, BodyHandlers.ofByteArray());
        if (response.statusCode() / 100 != 2) throw refused(response, response.body());
        return read(response, response.body());
    }

    /** @throws GatewayAway nobody answers, or the answer breaks off */
    private <T> HttpResponse<T> exchange(HttpRequest request, BodyHandler<T> body)
            throws IOException, InterruptedException {
        try {
            return http.send(request, body);
        } catch (IOException e) {
            throw new GatewayAway(base, e);
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(path)).timeout(PATIENCE);
        if (!key.isBlank()) request.header("Authorization", "Bearer " + key);
        return request;
    }

    private JsonNode read(HttpResponse<?> response, byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            if (json.isContainerNode()) return json;
        } catch (IOException e) {
            // Said below.
        }
        throw stranger(response);
    }

    /** Somebody else listens there, or stands between. */
    private GatewayRefused stranger(HttpResponse<?> response) {
        return new GatewayRefused(
                "expected JSON of the gateway at " + base + ", but " + response.statusCode() + " with "
                        + response.headers().firstValue("Content-Type").orElse("no content type")
                        + " came: another program or a proxy answers there",
                false);
    }

    private GatewayRefused refused(HttpResponse<?> response, byte[] body) {
        String message = read(response, body).at("/error/message").asText();
        if (message.isBlank()) return stranger(response);
        boolean unknown = response.statusCode() == 401;
        return new GatewayRefused(
                unknown ? message + " Name it with ZOETROPE_API_KEY." : message, response.statusCode() < 500);
    }
}
