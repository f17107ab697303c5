package dev.zoetrope.gateway;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What can be set. Brokers are {@code kafka.bootstrap.servers}; the store is {@code zoetrope.store.*}. */
@ConfigMapping(prefix = "zoetrope.gateway")
public interface GatewayConfig {
    /** How long a model counts as served after a worker last said that it serves it. */
    @WithDefault("1m")
    Duration modelSilence();

    /** The model of requests that name none; while nobody serves it, the only one served is taken. */
    @WithDefault("toybox")
    String defaultModel();

    /** How long a job is known after its last fact; not longer than {@code zoetrope.store.retention.jobs}. */
    @WithDefault("30d")
    Duration retention();

    /** How long a read waits for facts that lie on the broker but not yet here. */
    @WithDefault("5s")
    Duration freshness();

    /** Between two snapshots of the jobs. */
    @WithDefault("5s")
    Duration snapshotInterval();

    /** How long a job may be silent before somebody looks after it. */
    @WithDefault("1m")
    Duration watchdogSilence();

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
