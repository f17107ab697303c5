package dev.zoetrope.gateway.jobs;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How jobs are kept and looked after. */
@ConfigMapping(prefix = "zoetrope.gateway")
public interface JobStateConfig {
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
}
