package dev.zoetrope.gateway.planning;

import dev.zoetrope.contracts.ModelOffered;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a shot into windows of the length that the model was trained for. A window has {@code factor * k + 1} pixel frames; the overlap with
 * the window before has that form too, so that it encodes to whole latents.
 *
 * @param longest pixel frames of the longest window
 * @param overlap pixel frames that a window shares with the one before it
 * @param factor the model's temporal factor
 */
record Windows(int longest, int overlap, int factor) {
    /** One window: pixel frames in all, and how many of them are known from the window before. */
    record Window(int frames, int overlap) {}

    /** The windows of a model, with an overlap that leaves at least half of a window new. */
    static Windows of(ModelOffered model, int overlapLatents) {
        int factor = model.temporalFactor();
        int overlap = factor * (overlapLatents - 1) + 1;
        int half = (model.frames() - 1) / 2 / factor * factor + 1;
        return new Windows(model.frames(), Math.max(1, Math.min(overlap, half)), factor);
    }

    /**
     * The windows of a shot.
     *
     * @param fresh new pixel frames: {@code factor * k + 1} after a cut, {@code factor * k} when it continues
     * @param known pixel frames before the first new one that the first window starts with; 0 after a cut
     */
    List<Window> cut(int fresh, int known) {
        List<Window> windows = new ArrayList<>();
        int first = Math.min(longest, fresh + known);
        windows.add(new Window(first, known));
        // As long as may be, the last as short as is left: the command that runs in one process does the same, frame
        // for frame.
        for (int left = fresh + known - first; left > 0; ) {
            int now = Math.min(left, longest - overlap);
            windows.add(new Window(overlap + now, overlap));
            left -= now;
        }
        return windows;
    }

    /**
     * As {@link #cut}, with a last window that ends in known frames, which count as fresh.
     *
     * @param closing pixel frames at the end that are known
     */
    List<Window> cutClosing(int fresh, int known, int closing) {
        List<Window> windows = new ArrayList<>(cut(fresh, known));
        int last = windows.size() - 1;
        int missing = windows.get(last).overlap()
                + closing
                + factor
                - windows.get(last).frames();
        if (missing <= 0) {
            return windows;
        }
        if (last == 0) {
            throw new IllegalArgumentException("a window of %d frames has no room between %d and %d known ones"
                    .formatted(windows.get(0).frames(), known, closing));
        }
        // The window before is a full one: it has frames to give.
        int moved = (missing + factor - 1) / factor * factor;
        Window before = windows.get(last - 1);
        windows.set(last - 1, new Window(before.frames() - moved, before.overlap()));
        windows.set(
                last,
                new Window(windows.get(last).frames() + moved, windows.get(last).overlap()));
        return windows;
    }

    /** Frames of a video of so many that a window beside it is shown: two latent frames and the first, if it has them. */
    int shown(int frames) {
        return Math.min(2 * factor + 1, (frames - 1) / factor * factor + 1);
    }
}
