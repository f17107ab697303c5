package dev.zoetrope.gateway.problems;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zoetrope.gateway.GatewayConfig;
import io.vertx.core.buffer.Buffer;
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
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses bodies that are over the limit: those that say their length before anything is read, those that do not when they get
 * there. The server's own limit, which lies a little higher, would refuse them with an empty answer.
 */
@Singleton
final class BodyLimit {
    static final int TOO_LARGE = 413;

    private final ObjectMapper mapper;
    // Filters are made while the application is built, when nothing is set yet.
    private final Provider<GatewayConfig> config;

    BodyLimit(ObjectMapper mapper, Provider<GatewayConfig> config) {
        this.mapper = mapper;
        this.config = config;
    }

    void watch(@Observes Router router) {
        router.route("/v1/*").order(Integer.MIN_VALUE).handler(this::check);
    }

    private void check(RoutingContext context) {
        String length = context.request().getHeader("Content-Length");
        if (length == null || !length.matches("[0-9]{1,30}") || new BigInteger(length).compareTo(most()) <= 0) {
            context.next();
            return;
        }
        try {
            Buffer body = Buffer.buffer(mapper.writeValueAsBytes(problem(length).body()));
            context.response()
                    .setStatusCode(TOO_LARGE)
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Connection", "close")
                    .end(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an error body was not writable", e);
        }
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

    private ApiProblem problem(String came) {
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
                throw problem("more");
            }
        }
    }
}
