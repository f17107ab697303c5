package dev.zoetrope.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on loopback that speaks chat completions; what it answers is the test's to say. */
public final class ChatEndpoint implements QuarkusTestResourceLifecycleManager {
    static final String KEY = "key-of-the-language-model";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Asked> ASKED = new CopyOnWriteArrayList<>();
    private static volatile Answerer answerer = ChatEndpoint::echo;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    /** A call that came. */
    record Asked(String path, String authorization, String model, String system, String user) {}

    /** How calls are answered. */
    interface Answerer {
        void answer(HttpExchange exchange, Asked asked) throws IOException, InterruptedException;
    }

    static void answerWith(Answerer other) {
        ASKED.clear();
        answerer = other;
    }

    static List<Asked> asked() {
        return ASKED;
    }

    /** Answers with what was asked, in capitals after a mark. */
    static void echo(HttpExchange exchange, Asked asked) throws IOException {
        say(exchange, "CAPTION OF " + asked.user());
    }

    static void say(HttpExchange exchange, String content) throws IOException {
        say(exchange, content, "stop", null);
    }

    static void say(HttpExchange exchange, String content, String reason, String refusal) throws IOException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", "chatcmpl-1")
                .put("object", "chat.completion")
                .put("created", 1)
                .put("model", "writer");
        ObjectNode choice = json.putArray("choices").addObject();
        choice.put("index", 0).put("finish_reason", reason);
        choice.putObject("message")
                .put("role", "assistant")
                .put("content", content)
                .put("refusal", refusal);
        json.putObject("usage")
                .put("prompt_tokens", 1)
                .put("completion_tokens", 1)
                .put("total_tokens", 2);
        send(exchange, 200, json.toString().getBytes(StandardCharsets.UTF_8));
    }

    static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    /** One byte now and then, so that nothing that waits for a silence ends it. */
    static void trickle(HttpExchange exchange, Asked asked) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 600; i++) {
                out.write(' ');
                out.flush();
                Thread.sleep(100);
            }
        }
    }

    @Override
    public Map<String, String> start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        return Map.of(
                "zoetrope.gateway.expansion.base-url",
                "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort()),
                "zoetrope.gateway.expansion.api-key",
                KEY,
                "zoetrope.gateway.expansion.model",
                "writer",
                "zoetrope.gateway.expansion.deadline",
                "2s");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body = JSON.readTree(exchange.getRequestBody());
            Asked asked = new Asked(
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    body.path("model").asText(),
                    body.at("/messages/0/content").asText(),
                    body.at("/messages/1/content").asText());
            ASKED.add(asked);
            answerer.answer(exchange, asked);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        server.stop(0);
        threads.shutdownNow();
    }
}
