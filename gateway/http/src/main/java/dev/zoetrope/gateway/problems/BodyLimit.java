package dev.zoetrope.gateway.problems;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zoetrope.gateway.http.HttpConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Refuses bodies in a coding or a charset that is not read, and those that are over the limit: those that say their length before anything is read, those that do not when they get
 * there. The server has no limit of its own.
 */
@Singleton
final class BodyLimit {
    static final int TOO_LARGE = 413;

    private static final int UNSUPPORTED = 415;
    // Behind the framework's own filter for other origins, whose headers these answers need as well.
    private static final int BEHIND_CORS = -100;
    private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\";\\s]*)");

    private final ObjectMapper mapper;
    // Filters are made while the application is built, when nothing is set yet.
    private final Provider<HttpConfig> config;

    BodyLimit(ObjectMapper mapper, Provider<HttpConfig> config) {
        this.mapper = mapper;
        this.config = config;
    }

    void watch(@Observes Router router) {
        router.route("/v1/*").order(BEHIND_CORS).handler(this::check);
    }

    private void check(RoutingContext context) {
        ApiProblem problem = problem(context.request());
        if (problem == null) {
            context.next();
            return;
        }
        try {
            Buffer body = Buffer.buffer(mapper.writeValueAsBytes(problem.body()));
            HttpServerResponse response = context.response()
                    .setStatusCode(problem.status())
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Connection", "close");
            if (problem.status() == UNSUPPORTED) {
                response.putHeader("Accept-Encoding", "identity");
            }
            response.end(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an error body was not writable", e);
        }
    }

    private @Nullable ApiProblem problem(HttpServerRequest request) {
        String coding = request.getHeader("Content-Encoding");
        if (coding != null && !coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
            return ApiProblem.of(
                    UNSUPPORTED,
                    "Content-Encoding",
                    "unsupported_content_encoding",
                    "Content-Encoding: expected none, came %s. Send the body as it is.".formatted(coding));
        }
        String type = request.getHeader("Content-Type");
        Matcher charset = CHARSET.matcher(type == null ? "" : type);
        if (charset.find() && !charset.group(1).toLowerCase(Locale.ROOT).matches("utf-?8")) {
            return ApiProblem.of(
                    UNSUPPORTED,
                    "Content-Type",
                    "unsupported_charset",
                    "Content-Type: expected the charset utf-8, came %s".formatted(charset.group(1)));
        }
        String length = request.getHeader("Content-Length");
        return length == null || !length.matches("[0-9]{1,30}") || new BigInteger(length).compareTo(most()) <= 0
                ? null
                : tooLarge(length);
    }

    @ServerRequestFilter
    void count(ContainerRequestContext request) {
        if (request.getMethod().equals("POST") && request.getHeaderString("Content-Length") == null) {
            request.setEntityStream(new Counted(request.getEntityStream()));
        }
    }

    private BigInteger most() {
        return config.get().limits().body().asBigInteger();
    }

    private ApiProblem tooLarge(String came) {
        return ApiProblem.of(
                TOO_LARGE,
                null,
                "request_too_large",
                "body: expected at most %s bytes, came %s".formatted(most(), came));
    }

    /** Ends in a problem at the limit. */
    private final class Counted extends FilterInputStream {
        private long left = most().longValue();

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int read) {
            left -= read;
            if (left < 0) {
                throw tooLarge("more");
            }
        }
    }
}
