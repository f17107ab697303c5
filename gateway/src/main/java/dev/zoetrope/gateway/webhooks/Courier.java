package dev.zoetrope.gateway.webhooks;

import dev.zoetrope.gateway.GatewayConfig;
import dev.zoetrope.gateway.media.AddressGuard;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Brings events to their addresses, never to private ones unless that is allowed, and never by a redirect. */
@Singleton
public final class Courier {
    private static final Pattern NUMERIC_HOST = Pattern.compile("[0-9.]+|.*:.*");
    private static final int LONGEST_URL = 2_048;

    private final AddressGuard guard;
    private final boolean allowPrivate;
    private final OkHttpClient http;

    Courier(GatewayConfig config) {
        allowPrivate = config.webhooks().allowPrivate();
        guard = new AddressGuard(allowPrivate);
        http = new OkHttpClient.Builder()
                .dns(guard)
                .followRedirects(false)
                .followSslRedirects(false)
                .callTimeout(config.webhooks().deadline())
                .build();
    }

    /**
     * Checks an address before it is kept.
     *
     * @throws ApiProblem 400 that names the parameter
     */
    public void requireDeliverable(String url, String param) {
        HttpUrl parsed = url.length() > LONGEST_URL ? null : HttpUrl.parse(url);
        if (parsed == null || !(parsed.isHttps() || allowPrivate)) {
            throw ApiProblem.invalid(param, param + ": expected an https URL");
        }
        if (!parsed.username().isEmpty() || !parsed.password().isEmpty()) {
            throw ApiProblem.invalid(param, param + ": expected a URL without a user name");
        }
        if (!isAdmitted(parsed)) {
            throw ApiProblem.invalid(param, param + ": expected a public address, came one of a private network");
        }
    }

    /** Sends an event; completes with the endpoint's status, exceptionally when it did not answer. */
    CompletableFuture<Integer> send(String url, List<String> secrets, Event event) {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        HttpUrl address = HttpUrl.parse(url);
        if (address == null || !isAdmitted(address)) {
            status.completeExceptionally(new IOException("expected a public address, came " + url));
            return status;
        }
        http.newCall(request(address, secrets, event)).enqueue(new Callback() {
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

    private static Request request(HttpUrl address, List<String> secrets, Event event) {
        String body = event.body();
        long timestamp = Instant.now().getEpochSecond();
        // As bytes: a body made of text gets a charset appended to its type.
        Request.Builder request = new Request.Builder()
                .url(address)
                .header("Content-Type", "application/json")
                .header("User-Agent", "Zoetrope-Webhooks")
                .header("webhook-id", event.id())
                .header("webhook-timestamp", String.valueOf(timestamp))
                .post(RequestBody.create(body.getBytes(StandardCharsets.UTF_8)));
        if (!secrets.isEmpty()) {
            request.header("webhook-signature", Signature.of(secrets, event.id(), timestamp, body));
        }
        return request.build();
    }

    /** Numbers are connected to without asking the guard. */
    private boolean isAdmitted(HttpUrl url) {
        if (url.host().equals("localhost") || url.host().endsWith(".localhost")) {
            return allowPrivate;
        }
        try {
            return !NUMERIC_HOST.matcher(url.host()).matches() || guard.admits(InetAddress.getByName(url.host()));
        } catch (IOException e) {
            return false;
        }
    }

    @PreDestroy
    void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
