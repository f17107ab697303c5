package dev.zoetrope.gateway.problems;

import dev.zoetrope.contracts.JobId;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Gives each answer an id, which OpenAI's clients show and the log names: what went wrong can be found by it. */
@Singleton
final class RequestIds {
    static final String HEADER = "x-request-id";

    private final CurrentVertxRequest current;

    RequestIds(CurrentVertxRequest current) {
        this.current = current;
    }

    void watch(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(context -> {
            context.response().putHeader(HEADER, JobId.next("req"));
            context.next();
        });
    }

    /** The id of the request under way. */
    @Nullable
    String current() {
        return current.getCurrent() == null
                ? null
                : current.getCurrent().response().headers().get(HEADER);
    }
}
