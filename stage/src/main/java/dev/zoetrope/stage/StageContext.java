package dev.zoetrope.stage;

import java.util.function.Supplier;

/**
 * What the runtime offers to {@link StageWork} while one order is worked on. By default there is no queue
 * behind it and nobody to tell, as where a test calls it.
 */
public interface StageContext {
    /**
     * Tells how far the work is. Facts are published at most a few times a second; calling it more often costs nothing.
     *
     * @param step steps done, 0 to {@code steps}
     */
    default void progress(int step, int steps) {}

    /**
     * Whether to leave the work off at the next good moment: its job was cancelled, this process is to end, or the order's lock
     * was lost and another worker has it. The work stores what it reached and throws {@link WorkStopped}; work that is nearly
     * done, or that has nothing to store, may as well finish.
     */
    default boolean stopRequested() {
        return false;
    }

    /**
     * Calls the store, and again while it is away: for what would be dear to make anew if the whole work were repeated.
     *
     * @throws dev.zoetrope.artifacts.StoreUnavailable when the store stays away too long or the work is to leave off
     */
    default <T> T patiently(Supplier<T> call) {
        return call.get();
    }

    /** How many deliveries of this order ended without a word, as when a worker is killed. */
    default int losses() {
        return 0;
    }

    /** Counts bytes that were read from the store, for the metrics. */
    default void read(long bytes) {}
}
