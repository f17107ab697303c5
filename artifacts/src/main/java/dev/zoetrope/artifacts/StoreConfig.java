package dev.zoetrope.artifacts;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Where the artifacts lie: {@code zoetrope.store.*}. */
@ConfigMapping(prefix = "zoetrope.store")
public interface StoreConfig {
    /** The S3 endpoint, {@code http://host:port} or {@code https://host}. */
    @WithDefault("http://127.0.0.1:9000")
    URI endpoint();

    /** The bucket; made at start where it is missing. */
    @WithDefault("zoetrope")
    String bucket();

    /** Signed into each request. */
    @WithDefault("us-east-1")
    String region();

    /** The access key. */
    @WithDefault("zoetrope")
    String accessKey();

    /** The secret key. */
    @WithDefault("zoetrope-on-loopback")
    String secretKey();

    /** For connecting, and for each wait on the wire; not for a whole transfer. */
    @WithDefault("30s")
    Duration timeout();

    /** How long artifacts are kept. */
    Retained retention();

    /** In whole days, as S3's lifecycle rules count. */
    interface Retained {
        /** All artifacts of a job, its videos among them. */
        @WithDefault("30d")
        Duration jobs();

        /** Prompt embeddings, which any later job may use. */
        @WithDefault("30d")
        Duration embeddings();

        /** Answers to requests with an idempotency key; at least as long as gateways give them again. */
        @WithDefault("2d")
        Duration idempotency();
    }

    /** This as settings. */
    default StoreSettings settings() {
        return new StoreSettings(endpoint(), bucket(), accessKey(), secretKey(), region(), timeout());
    }

    /** The retention by prefix. */
    default Retention retained() {
        return new Retention(Map.of(
                ArtifactKeys.JOBS,
                retention().jobs(),
                ArtifactKeys.EMBEDDINGS,
                retention().embeddings(),
                ArtifactKeys.IDEMPOTENCY,
                retention().idempotency()));
    }
}
