package dev.zoetrope.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.Headers;
import com.openai.models.videos.Video;
import com.openai.models.videos.VideoCreateParams;
import com.openai.models.webhooks.WebhookCreateParams;
import com.openai.models.webhooks.WebhookEndpointTestResult;
import com.openai.models.webhooks.WebhookEndpointWithSecret;
import com.openai.models.webhooks.WebhookTestParams;
import com.openai.models.webhooks.WebhookUpdateParams;
import com.openai.models.webhooks.WebhookVerificationParams;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Receives a signed webhook when a video is made. The receiver is on this machine, which the gateway refuses unless it is started
 * with {@code ZOETROPE_GATEWAY_WEBHOOKS_ALLOW_PRIVATE=true}.
 */
public final class Webhooks {
    private static final int PATIENCE_SECONDS = 120;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OpenAIClient client;
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private volatile String secret = "";

    private Webhooks(OpenAIClient client) {
        this.client = client;
    }

    /** Takes no arguments. */
    public static void main(String[] args) throws Exception {
        OpenAIClient client = OpenAIOkHttpClient.fromEnv();
        Webhooks webhooks = new Webhooks(client);
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/zoetrope", webhooks::receive);
        receiver.start();
        try {
            webhooks.run("http://127.0.0.1:" + receiver.getAddress().getPort() + "/zoetrope");
        } finally {
            receiver.stop(0);
            client.close();
        }
    }

    private void run(String url) throws InterruptedException {
        WebhookEndpointWithSecret endpoint = client.webhooks()
                .create(WebhookCreateParams.builder()
                        .name("example")
                        .url(url)
                        .addEventType(WebhookCreateParams.EventType.VIDEO_COMPLETED)
                        .addEventType(WebhookCreateParams.EventType.VIDEO_FAILED)
                        .build());
        String id = endpoint.id();
        secret = endpoint.signingSecret();
        require(client.webhooks().retrieve(id).url().equals(url), "expected the endpoint's address");
        require(
                client.webhooks().list().autoPager().stream()
                        .anyMatch(one -> one.id().equals(id)),
                "expected the endpoint in the list");
        WebhookUpdateParams renaming =
                WebhookUpdateParams.builder().name("renamed").build();
        require(client.webhooks().update(id, renaming).name().equals("renamed"), "expected the new name");
        require(
                client.webhooks().eventTypes().list().data().contains("video.completed"),
                "expected video.completed among the types");

        WebhookEndpointTestResult tested = client.webhooks()
                .test(
                        id,
                        WebhookTestParams.builder()
                                .eventType(WebhookTestParams.EventType.VIDEO_FAILED)
                                .build());
        require(tested.statusCode() == 204, "expected the receiver's answer, came " + tested);
        require(next().path("type").asText().equals("video.failed"), "expected the sample event");

        secret = client.webhooks().rotateSecret(id).signingSecret();
        Video video = client.videos()
                .create(VideoCreateParams.builder()
                        .model("toybox")
                        .prompt("a red ball")
                        .putAdditionalBodyProperty("steps", JsonValue.from(2))
                        .putAdditionalBodyProperty("frames", JsonValue.from(5))
                        .build());
        JsonNode event = next();
        require(event.path("type").asText().equals("video.completed"), "expected video.completed, came " + event);
        require(event.at("/data/id").asText().equals(video.id()), "expected the video's id, came " + event);
        require(client.webhooks().delete(id).deleted(), "expected the endpoint deleted");
        System.out.println("told of " + video.id());
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            Headers.Builder headers = Headers.builder();
            exchange.getRequestHeaders().forEach(headers::put);
            byte[] body = exchange.getRequestBody().readAllBytes();
            // Throws when the signature is not the gateway's. This release's unwrap has no class for events of videos.
            client.webhooks()
                    .verifySignature(WebhookVerificationParams.builder()
                            .payload(body)
                            .headers(headers.build())
                            .secret(secret)
                            .build());
            exchange.sendResponseHeaders(204, -1);
            events.add(JSON.readTree(body));
        } catch (RuntimeException e) {
            System.err.println(e.getMessage());
            exchange.sendResponseHeaders(400, -1);
        }
    }

    private JsonNode next() throws InterruptedException {
        JsonNode event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (event == null) throw new AssertionError("expected to be told within " + PATIENCE_SECONDS + " s");
        return event;
    }

    private static void require(boolean holds, String message) {
        if (!holds) throw new AssertionError(message);
    }
}
