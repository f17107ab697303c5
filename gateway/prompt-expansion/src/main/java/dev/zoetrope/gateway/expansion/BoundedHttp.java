package dev.zoetrope.gateway.expansion;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * The chat client's way to the network, with two bounds that its own transport has not: on a whole call, an answer that trickles
 * included, and on an answer's bytes. Redirects are not followed, since the key would go with them.
 */
final class BoundedHttp implements HttpClient, HttpClientBuilder, AutoCloseable {
    private final OkHttpClient http;
    private final long maxBytes;

    /** An answer of more bytes than anybody needs. */
    static final class AnswerTooLarge extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AnswerTooLarge(long maxBytes) {
            super("expected an answer of at most %d bytes, came more".formatted(maxBytes));
        }
    }

    BoundedHttp(Duration deadline, long maxBytes) {
        this.maxBytes = maxBytes;
        http = new OkHttpClient.Builder()
                .callTimeout(deadline)
                .connectTimeout(deadline)
                .readTimeout(deadline)
                .writeTimeout(deadline)
                .followRedirects(false)
                .followSslRedirects(false)
                .build();
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        Request.Builder built = new Request.Builder()
                .url(request.url())
                .method(
                        request.method().name(),
                        RequestBody.create(request.body().getBytes(StandardCharsets.UTF_8)));
        request.headers().forEach((name, values) -> values.forEach(value -> built.addHeader(name, value)));
        try (Response response = http.newCall(built.build()).execute()) {
            byte[] body = read(response.body().source());
            if (!response.isSuccessful()) {
                throw new HttpException(response.code(), "the endpoint answered " + response.code());
            }
            return SuccessfulHttpResponse.builder()
                    .statusCode(response.code())
                    .headers(response.headers().toMultimap())
                    .body(body)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] read(BufferedSource source) throws IOException {
        if (source.request(maxBytes + 1)) {
            throw new AnswerTooLarge(maxBytes);
        }
        return source.readByteArray();
    }

    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        throw new UnsupportedOperationException("captions are not streamed");
    }

    @Override
    public Duration connectTimeout() {
        return Duration.ofMillis(http.connectTimeoutMillis());
    }

    @Override
    public HttpClientBuilder connectTimeout(Duration timeout) {
        return this;
    }

    @Override
    public Duration readTimeout() {
        return Duration.ofMillis(http.readTimeoutMillis());
    }

    @Override
    public HttpClientBuilder readTimeout(Duration timeout) {
        return this;
    }

    @Override
    public HttpClient build() {
        return this;
    }

    @Override
    public void close() {
        http.dispatcher().cancelAll();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
