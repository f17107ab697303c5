package dev.zoetrope.gateway.access;

import dev.zoetrope.gateway.http.HttpConfig;
import io.quarkus.vertx.http.runtime.cors.CORSConfig;
import io.quarkus.vertx.http.runtime.cors.CORSFilter;
import io.quarkus.vertx.http.security.CORS;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lets pages of other origins call the API from a browser, where origins are set: by the framework's own CORS filter. Never with
 * credentials of the browser: keys are sent in a header.
 */
@Singleton
final class CrossOrigin {
    private static final int BEFORE_ANY_ANSWER = -300;
    private static final Pattern ORIGIN = Pattern.compile("\\*|https?://[^/@?#\\s]+|null");
    private static final Set<String> EXPOSED = Set.of(
            "Accept-Ranges",
            "Content-Disposition",
            "Content-Length",
            "Content-Range",
            "ETag",
            "Idempotent-Replayed",
            "Last-Modified",
            "Location",
            "Retry-After",
            "openai-poll-after-ms",
            "x-request-id",
            "x-should-retry");

    void allow(@Observes Router router, HttpConfig config) {
        List<String> origins = config.corsOrigins().orElse(List.of());
        if (origins.isEmpty()) {
            return;
        }
        origins.forEach(CrossOrigin::requireOrigin);
        CORS cors = CORS.origins(Set.copyOf(origins))
                .methods(Set.of("GET", "HEAD", "POST", "DELETE"))
                .exposedHeaders(EXPOSED)
                .accessControlAllowCredentials(false)
                .accessControlMaxAge(Duration.ofHours(1))
                .build();
        // The framework's own wiring is for settings that are known when it is built.
        router.route().order(BEFORE_ANY_ANSWER).handler(new CORSFilter((CORSConfig) cors));
    }

    private static void requireOrigin(String origin) {
        if (!ORIGIN.matcher(origin).matches()) {
            throw new IllegalArgumentException(
                    "zoetrope.gateway.cors-origins: expected origins such as https://studio.example.com, or *, came "
                            + origin);
        }
    }
}
