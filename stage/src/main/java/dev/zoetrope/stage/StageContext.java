package dev.zoetrope.stage;

import java.util.function.Supplier;

/** What the runtime offers to {@link StageWork} while one order is worked on. */
public interface StageContext {
    /**
     * Tells how far the work is. Facts are published at most a few times a second; calling it more often costs nothing.
     *
     * @param step steps done, 0 to {@code steps}
     */
    void progress(int step, int steps);

    /**
     * Whether to leave the work off at the next good moment: its job was cancelled, this process is to end, or the order's lock
     * was lost and another worker has it. The work stores what it reached and throws {@link WorkStopped}; work that is nearly
     * done, or that has nothing to store, may as well finish.
     */
    boolean stopRequested();

    /**
     * Calls the store, and again while it is away: for what would be dear to make anew if the whole work were repeated.
     *
     * @throws dev.zoetrope.artifacts.StoreUnavailable when the store stays away too long or the work is to leave off
     */
    <T> T patiently(Supplier<T> call);

    /** How many deliveries of this order ended without a word, as when a worker is killed. */
    int losses();

    /** Counts bytes that were read from the store, for the metrics. */
    void read(long bytes);

    /** Of work that is called directly, with no queue behind it and nobody to tell: as in a test, or by hand. */
    static StageContext unattended() {
        return new StageContext() {
            @Override
            public void progress(int step, int steps) {}

            @Override
            public boolean stopRequested() {
                return false;
            }

            @Override
            public <T> T patiently(Supplier<T> call) {
                return call.get();
            }

            @Override
            public int losses() {
                return 0;
            }

            @Override
            public void read(long bytes) {}
        };
    }
}
