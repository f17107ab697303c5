package dev.zoetrope.gateway.models;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long offers of models count. */
@ConfigMapping(prefix = "zoetrope.gateway")
public interface ModelCatalogueConfig {
    /** How long a model counts as served after a worker last said that it serves it. */
    @WithDefault("1m")
    Duration modelSilence();
}
