package dev.zoetrope.artifacts;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it, in a service, that what is old enough goes: tells the store once, or sweeps itself where the store cannot. */
@ApplicationScoped
class RetentionKeeper {
    private static final Logger log = LoggerFactory.getLogger(RetentionKeeper.class);
    private static final Duration PAUSE = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Artifacts artifacts;
    private final Retention retention;
    private final Thread keeper = new Thread(this::keep, "artifacts-retention");

    @Inject
    RetentionKeeper(Artifacts artifacts, StoreConfig config) {
        this.artifacts = artifacts;
        this.retention = config.retained();
    }

    void start(@Observes Startup event) {
        keeper.setDaemon(true);
        keeper.start();
    }

    @PreDestroy
    void stop() {
        keeper.interrupt();
    }

    private void keep() {
        try {
            while (!enforced()) Thread.sleep(sweep().toMillis());
        } catch (InterruptedException e) {
            // The service ends.
        }
    }

    /** Whether the store does it from now on. */
    private boolean enforced() {
        try {
            artifacts.ensureBucket();
            return artifacts.retain(retention);
        } catch (StoreUnavailable e) {
            return false;
        } catch (ArtifactException e) {
            log.atWarn().addKeyValue("cause", e.getMessage()).log("retention cannot be set in the store");
            return false;
        }
    }

    /** Sweeps once, and says how long to wait before the next time. */
    private Duration sweep() {
        try {
            int swept = artifacts.sweeper(retention).sweep(Instant.now());
            if (swept > 0) log.atInfo().addKeyValue("objects", swept).log("objects past their retention deleted");
            return PAUSE;
        } catch (ArtifactException e) {
            return e.retryHelps() ? PATIENCE : PAUSE;
        }
    }
}
