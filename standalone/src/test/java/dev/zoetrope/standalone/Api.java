package dev.zoetrope.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The gateway, as a client sees it. */
record Api(URI base) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    JsonNode create(Map<String, ?> wish) throws Exception {
        Answer answer = post("/v1/videos", wish);
        if (answer.status() != 200) throw new AssertionError(answer.text());
        return answer.json();
    }

    /** What the gateway said to a request. */
    record Answer(int status, byte[] body) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(text(), e);
            }
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** The id of what is being made. */
        String id() {
            if (status != 200) throw new AssertionError(status + ": " + text());
            return json().path("id").asText();
        }
    }

    Answer post(String path, Map<String, ?> fields) throws Exception {
        return post(path, "application/json", JSON.writeValueAsBytes(fields));
    }

    /** Posts a form, as the stock SDKs do; values are text, or bytes, which are sent as files. */
    Answer form(String path, Map<String, ?> fields) throws Exception {
        String boundary = "boundary-of-the-test";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        fields.forEach((name, value) -> {
            boolean file = value instanceof byte[];
            String head = "--%s\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n"
                    .formatted(
                            boundary,
                            name,
                            file ? "; filename=\"file\"\r\nContent-Type: application/octet-stream" : "");
            body.writeBytes(head.getBytes(StandardCharsets.UTF_8));
            body.writeBytes(file ? (byte[]) value : value.toString().getBytes(StandardCharsets.UTF_8));
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        });
        body.writeBytes("--%s--\r\n".formatted(boundary).getBytes(StandardCharsets.UTF_8));
        return post(path, "multipart/form-data; boundary=" + boundary, body.toByteArray());
    }

    private Answer post(String path, String contentType, byte[] body) throws Exception {
        HttpResponse<byte[]> response = HTTP.send(
                HttpRequest.newBuilder(base.resolve(path))
                        .header("Content-Type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), response.body());
    }

    Answer get(URI address) throws Exception {
        HttpResponse<byte[]> response =
                HTTP.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), response.body());
    }

    /** Polls until players can begin with a video; where. */
    String awaitStream(String id, Duration patience) throws Exception {
        long until = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < until) {
            JsonNode url = get(id).path("stream_url");
            if (url.isTextual()) return url.asText();
            Thread.sleep(20);
        }
        throw new AssertionError(id + " cannot be played after " + patience);
    }

    /** The video that was accepted last; empty text when there is none. */
    String newest() throws Exception {
        return get(base.resolve("/v1/videos?limit=1")).json().at("/data/0/id").asText();
    }

    /** Polls until a video is newer than that, and being made. */
    String awaitNewest(String than, Duration patience) throws Exception {
        long until = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < until) {
            String id = newest();
            if (!id.equals(than) && get(id).path("status").asText().equals("in_progress")) return id;
            Thread.sleep(50);
        }
        throw new AssertionError("no video is newer than " + than + " after " + patience);
    }

    JsonNode get(String id) throws Exception {
        HttpResponse<byte[]> response = HTTP.send(
                HttpRequest.newBuilder(base.resolve("/v1/videos/" + id)).build(), BodyHandlers.ofByteArray());
        return JSON.readTree(response.body());
    }

    /** Polls until a job is in one of these states; the gateway may be away meanwhile. */
    JsonNode await(String id, Duration patience, String... statuses) throws Exception {
        long until = System.nanoTime() + patience.toNanos();
        JsonNode last = null;
        while (System.nanoTime() < until) {
            try {
                last = get(id);
                String status = last.path("status").asText();
                for (String expected : statuses) if (expected.equals(status)) return last;
                if (status.equals("failed")) throw new AssertionError("failed: " + last);
            } catch (IOException e) {
                // Away, which is what some tests do to it.
            }
            Thread.sleep(50);
        }
        throw new AssertionError(id + " is not " + String.join(" or ", statuses) + " after " + patience + ": " + last);
    }

    /** Polls until a job is at a stage. */
    void awaitStage(String id, String stage, Duration patience) throws Exception {
        long until = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < until) {
            JsonNode video = get(id);
            if (video.path("stage").asText().equals(stage)) return;
            if (video.path("status").asText().equals("completed")) {
                throw new AssertionError(id + " completed before it was seen at " + stage);
            }
            Thread.sleep(20);
        }
        throw new AssertionError(id + " has not come to " + stage + " after " + patience);
    }

    Path download(String id, Path file) throws Exception {
        HttpResponse<Path> response = HTTP.send(
                HttpRequest.newBuilder(base.resolve("/v1/videos/" + id + "/content"))
                        .build(),
                BodyHandlers.ofFile(file));
        if (response.statusCode() != 200) throw new AssertionError("content: " + response.statusCode());
        return file;
    }
}
