package dev.zoetrope.gateway.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What can be set for every call of the API. */
@ConfigMapping(prefix = "zoetrope.gateway")
public interface HttpConfig {
    /** Keys that clients may come with; none lets everybody in, as on loopback. */
    Optional<List<String>> apiKeys();

    /**
     * Origins whose pages may call from a browser, {@code https://studio.example.com}, or {@code *} for all; none answers no page of
     * another origin.
     */
    Optional<List<String>> corsOrigins();

    /** How long the first answer to an {@code Idempotency-Key} is given again. */
    @WithDefault("24h")
    Duration idempotency();

    /** How long a token plays a video's stream, where keys are set; up to an hour more. */
    @WithDefault("24h")
    Duration streamToken();

    /** What a request may be at most. */
    Limits limits();

    /** What a request may be at most. */
    interface Limits {
        /** Bytes of a request's body: the only limit that there is, the server has none of its own. */
        @WithDefault("512M")
        MemorySize body();
    }
}
