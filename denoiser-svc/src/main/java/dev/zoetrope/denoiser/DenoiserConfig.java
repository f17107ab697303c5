package dev.zoetrope.denoiser;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often the denoiser stores what it has: {@code zoetrope.denoiser.*}. */
@ConfigMapping(prefix = "zoetrope.denoiser")
public interface DenoiserConfig {
    /** A checkpoint after at most so many steps. */
    @WithDefault("10")
    int checkpointSteps();

    /** And after the first step that ends so long after the last checkpoint. */
    @WithDefault("PT15S")
    Duration checkpointInterval();
}
