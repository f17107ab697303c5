package dev.zoetrope.wan.vae;

/**
 * How many frames to work on at once. The result does not depend on it; speed and memory do.
 *
 * <p>Many small frames keep the processor's threads busy; more than its caches hold gain nothing. Of large frames, a few are still better
 * than one, because each slice carries two frames of the last one along.
 *
 * @param comfortable bytes of one layer's result that are worth filling up with frames
 * @param few frames that are worth more bytes than that
 * @param most bytes that these few may take
 */
record SliceLength(long comfortable, int few, long most) {
    static final SliceLength DEFAULT = new SliceLength(16 << 20, 4, 512 << 20);

    int of(long bytesPerFrame) {
        long length = Math.max(comfortable / bytesPerFrame, Math.min(few, most / bytesPerFrame));
        return (int) Math.max(1, Math.min(length, 1 << 20));
    }
}
