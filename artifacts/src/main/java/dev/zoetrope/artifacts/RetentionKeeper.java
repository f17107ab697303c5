package dev.zoetrope.artifacts;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that what is old enough goes: tells the store once, or sweeps itself where the store cannot. One service of a mesh, the
 * gateway, has it, so that one configuration counts.
 */
public final class RetentionKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RetentionKeeper.class);
    private static final Duration PAUSE = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final BucketArtifacts artifacts;
    private final Retention retention;
    private final Thread keeper = new Thread(this::keep, "artifacts-retention");

    public RetentionKeeper(BucketArtifacts artifacts, Retention retention) {
        this.artifacts = artifacts;
        this.retention = retention;
        keeper.setDaemon(true);
    }

    /** Begins; returns at once. */
    public void start() {
        keeper.start();
    }

    @Override
    public void close() {
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
