package dev.zoetrope.gateway.webhooks;

import dev.zoetrope.gateway.addresses.Addresses;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Sends messages to their addresses: never to private ones unless that is allowed, and never by a redirect. */
@Singleton
public final class WebhookSender {
    private final Addresses addresses;
    private final OkHttpClient http;

    WebhookSender(WebhooksConfig config) {
        addresses = new Addresses(Addresses.Purpose.WEBHOOK, config.allowPrivate());
        http = new OkHttpClient.Builder()
                .dns(addresses.dns())
                .followRedirects(false)
                .followSslRedirects(false)
                .callTimeout(config.deadline())
                .build();
    }

    /**
     * Checks an address before it is kept.
     *
     * @throws ApiProblem 400 that names the parameter
     */
    public void requireDeliverable(String url, String param) {
        addresses.require(url, param);
    }

    /** Sends a message; completes with the endpoint's status, exceptionally when it did not answer. */
    CompletableFuture<Integer> send(String url, List<String> secrets, WebhookMessage message) {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        HttpUrl address = HttpUrl.parse(url);
        if (address == null || !addresses.admits(address)) {
            status.completeExceptionally(new IOException("expected a public address, came " + url));
            return status;
        }
        http.newCall(request(address, secrets, message)).enqueue(new Callback() {
            @Override
            public void onFailure(Call call, IOException e) {
                status.completeExceptionally(e);
            }

            @Override
            public void onResponse(Call call, Response response) {
                try (response) {
                    status.complete(response.code());
                }
            }
        });
        return status;
    }

    private static Request request(HttpUrl address, List<String> secrets, WebhookMessage message) {
        String body = message.body();
        long timestamp = Instant.now().getEpochSecond();
        // As bytes: a body made of text gets a charset appended to its type.
        Request.Builder request = new Request.Builder()
                .url(address)
                .header("Content-Type", "application/json")
                .header("User-Agent", "Zoetrope-Webhooks")
                .header("webhook-id", message.id())
                .header("webhook-timestamp", String.valueOf(timestamp))
                .post(RequestBody.create(body.getBytes(StandardCharsets.UTF_8)));
        if (!secrets.isEmpty()) {
            request.header("webhook-signature", Signature.of(secrets, message.id(), timestamp, body));
        }
        return request.build();
    }

    @PreDestroy
    void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
