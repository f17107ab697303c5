package dev.zoetrope.gateway.videos;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What jobs may be, and who waits for them how long. */
@ConfigMapping(prefix = "zoetrope.gateway")
public interface VideosConfig {
    /** The model of requests that name none; while nobody serves it, the only one served is taken. */
    @WithDefault("toybox")
    String defaultModel();

    /** How long a request for images waits for them. */
    @WithDefault("10m")
    Duration imagePatience();

    /** What a job may be at most. */
    Limits limits();

    /** What a job may be at most. */
    interface Limits {
        /** Seconds of video. */
        @WithDefault("600")
        int seconds();

        /** Denoising steps. */
        @WithDefault("200")
        int steps();

        /** Pixels of a frame. */
        @WithDefault("4194304")
        long pixels();

        /** Shots of a storyboard. */
        @WithDefault("64")
        int shots();

        /** Jobs that may wait at once; more get 429. */
        @WithDefault("10000")
        int queued();

        /** Latent frames that a window shares with the one before it. */
        @WithDefault("4")
        int overlapLatents();
    }
}
