package dev.zoetrope.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Calls the gateway as any client would. */
final class Client {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;

    Client(URI base) {
        this.base = base;
    }

    /** An answer, read whole. */
    record Answer(int status, Map<String, String> headers, byte[] body) {
        JsonNode json() {
            try {
                return MAPPER.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(text(), e);
            }
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String param() {
            return json().at("/error/param").asText();
        }

        String message() {
            return json().at("/error/message").asText();
        }
    }

    /** The id of a video that the wish is for, once it is completed. */
    String completed(String wish) {
        String id = post("/v1/videos", wish).json().get("id").asText();
        LocalInfrastructure.stages().complete(id, 1);
        VideosTest.eventually(
                () -> get("/v1/videos/" + id).json().get("status").asText().equals("completed"));
        return id;
    }

    Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer post(String path, String json) {
        return send(request(path, "Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    Answer post(String path, String contentType, byte[] body) {
        return send(request(path, "Content-Type", contentType).POST(BodyPublishers.ofByteArray(body)));
    }

    /** A part as openai-java writes every one that it is not told more of: bytes of no type in particular, without a file's name. */
    record Nameless(byte[] bytes) {
        static Nameless of(String text) {
            return new Nameless(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Posts a form; values are strings, bytes, which are sent as files, or {@link Nameless}. */
    Answer form(String path, Object... namesAndValues) {
        return form(path, Map.of(), namesAndValues);
    }

    /** As {@link #form(String, Object...)}, with further headers. */
    Answer form(String path, Map<String, String> headers, Object... namesAndValues) {
        String boundary = "boundary-of-the-test";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            String head = "--%s\r\nContent-Disposition: form-data; name=\"%s\"%s%s\r\n\r\n"
                    .formatted(
                            boundary,
                            namesAndValues[i],
                            value instanceof byte[] ? "; filename=\"file\"" : "",
                            value instanceof String ? "" : "\r\nContent-Type: application/octet-stream");
            body.writeBytes(head.getBytes(StandardCharsets.UTF_8));
            body.writeBytes(bytes(value));
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        body.writeBytes("--%s--\r\n".formatted(boundary).getBytes(StandardCharsets.UTF_8));
        HttpRequest.Builder request = request(path, "Content-Type", "multipart/form-data; boundary=" + boundary);
        headers.forEach(request::header);
        return send(request.POST(BodyPublishers.ofByteArray(body.toByteArray())));
    }

    private static byte[] bytes(Object value) {
        if (value instanceof Nameless nameless) {
            return nameless.bytes();
        }
        return value instanceof byte[] file ? file : value.toString().getBytes(StandardCharsets.UTF_8);
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            Map<String, String> headers = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            response.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
            return new Answer(response.statusCode(), headers, response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }
}
