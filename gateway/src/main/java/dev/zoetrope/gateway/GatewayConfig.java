package dev.zoetrope.gateway;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What can be set. Brokers are {@code kafka.bootstrap.servers}; the store is {@code zoetrope.store.*}. */
@ConfigMapping(prefix = "zoetrope.gateway")
public interface GatewayConfig {
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

    /** How long a token plays a video's stream, where keys are set; up to an hour more. */
    @WithDefault("24h")
    Duration streamToken();

    /** How long a request for images waits for them. */
    @WithDefault("10m")
    Duration imagePatience();

    /** Fetching what addresses in requests point to. */
    Fetch fetch();

    /** Fetching what addresses in requests point to. */
    interface Fetch {
        /** Whether private, loopback and link-local addresses may be fetched from. */
        @WithDefault("false")
        boolean allowPrivate();

        /** For the whole fetch. */
        @WithDefault("15s")
        Duration deadline();
    }

    /** Telling others that a video has ended. */
    Webhooks webhooks();

    /** Telling others that a video has ended. */
    interface Webhooks {
        /** Whether http and private addresses are fine. */
        @WithDefault("false")
        boolean allowPrivate();

        /** For one delivery. */
        @WithDefault("10s")
        Duration deadline();

        /** Before the second attempt; twice as long before each one after, up to an hour. */
        @WithDefault("5s")
        Duration firstPause();

        /** How long after the video's end deliveries are tried. */
        @WithDefault("24h")
        Duration patience();
    }

    /** The language model that rewrites prompts where a request asks for it; without an address and a name nobody may. */
    Expansion expansion();

    /** The language model that rewrites prompts. */
    interface Expansion {
        /** Of an endpoint that speaks OpenAI's chat completions, {@code http://127.0.0.1:11434/v1}. */
        Optional<URI> baseUrl();

        /** Sent as a bearer token; none where the endpoint asks for none. */
        Optional<String> apiKey();

        /** The model's name there. */
        Optional<String> model();

        /** For all captions of a request together. */
        @WithDefault("20s")
        Duration deadline();

        /** Captions that are asked for at once, by all requests together. */
        @WithDefault("16")
        int concurrency();
    }

    /** What a job may be at most. */
    Limits limits();

    /** What a job may be at most. */
    interface Limits {
        /** Bytes of a request's body; a few megabytes less than {@code quarkus.http.limits.max-body-size}. */
        @WithDefault("512M")
        MemorySize body();

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
