package dev.zoetrope.gateway.problems;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Refuses bodies that say themselves that they are over the limit. The server would refuse them too, but with an empty answer; a
 * body that does not say its length still meets that one.
 */
@Singleton
final class BodyLimit {
    private static final int TOO_LARGE = 413;

    private final ObjectMapper mapper;
    private final BigInteger most;

    BodyLimit(ObjectMapper mapper, @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize most) {
        this.mapper = mapper;
        this.most = most.asBigInteger();
    }

    void watch(@Observes Router router) {
        router.route("/v1/*").order(Integer.MIN_VALUE).handler(this::check);
    }

    private void check(RoutingContext context) {
        String length = context.request().getHeader("Content-Length");
        if (length == null || !length.matches("[0-9]{1,30}") || new BigInteger(length).compareTo(most) <= 0) {
            context.next();
            return;
        }
        ApiProblem problem = ApiProblem.of(
                TOO_LARGE,
                null,
                "request_too_large",
                "body: expected at most %s bytes, came %s".formatted(most, length));
        try {
            Buffer body = Buffer.buffer(mapper.writeValueAsBytes(problem.body()));
            context.response()
                    .setStatusCode(TOO_LARGE)
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Connection", "close")
                    .end(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an error body was not writable", e);
        }
    }
}
