package dev.zoetrope.gateway;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;

/** The object store, under the same names in every service. */
@ConfigMapping(prefix = "zoetrope.store")
public interface StoreConfig {
    /** {@code http://host:port} or {@code https://host}. */
    @WithDefault("http://127.0.0.1:9000")
    URI endpoint();

    /** The bucket that has everything. */
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

    /** For connecting and for each wait on the wire. */
    @WithDefault("30s")
    Duration timeout();
}
