package dev.zoetrope.gateway.webhooks;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Telling others that a video has ended. */
@ConfigMapping(prefix = "zoetrope.gateway.webhooks")
public interface WebhooksConfig {
    /** Whether http and private addresses are fine. */
    @WithDefault("false")
    boolean allowPrivate();

    /** For one message. */
    @WithDefault("10s")
    Duration deadline();

    /** Before the second attempt; twice as long before each one after, up to an hour. */
    @WithDefault("5s")
    Duration firstPause();

    /** How long after the video's end messages are sent again. */
    @WithDefault("24h")
    Duration patience();
}
