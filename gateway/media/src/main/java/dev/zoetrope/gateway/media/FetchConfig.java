package dev.zoetrope.gateway.media;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Fetching what addresses in requests point to. */
@ConfigMapping(prefix = "zoetrope.gateway.fetch")
public interface FetchConfig {
    /** Whether private, loopback and link-local addresses may be fetched from. */
    @WithDefault("false")
    boolean allowPrivate();

    /** For the whole fetch. */
    @WithDefault("15s")
    Duration deadline();
}
