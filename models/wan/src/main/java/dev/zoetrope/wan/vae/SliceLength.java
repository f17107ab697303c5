package dev.zoetrope.wan.vae;

/**
 * How many frames to work on at once. The result does not depend on it; speed and memory do.
 *
 * <p>Many small frames keep the processor's threads busy; more than its caches hold gain nothing. Of large frames, a few are still better
 * than one, because each slice carries two frames of the last one along.
 *
 * @param comfortable bytes of one layer's result that are worth filling up with frames
 * @param many frames after which more gain nothing, however small
 * @param few frames that are worth more bytes than that
 * @param most bytes that these few may take
 */
record SliceLength(long comfortable, int many, int few, long most) {
    static final SliceLength DEFAULT = new SliceLength(4 << 20, 24, 4, 512 << 20);

    int of(long bytesPerFrame) {
        long length = Math.min(many, comfortable / bytesPerFrame);
        return (int) Math.max(1, Math.max(length, Math.min(few, most / bytesPerFrame)));
    }
}
