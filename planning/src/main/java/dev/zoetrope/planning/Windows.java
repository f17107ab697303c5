package dev.zoetrope.planning;

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
    /** Latents after the first that a window beside a video is shown, where it has room for them. */
    private static final int SHOWN = 2;

    /** One window: pixel frames in all, and how many of them are known at its start and at its end. */
    record Window(int frames, int overlap, int closing) {}

    /** The windows of a model, with an overlap that leaves at least half of a window new. */
    static Windows of(ModelOffered model, int overlapLatents) {
        int factor = model.temporalFactor();
        Windows bare = new Windows(model.frames(), 1, factor);
        int half = (bare.latents() - (bare.gap() - 1)) / 2;
        return new Windows(model.frames(), factor * Math.max(0, Math.min(overlapLatents - 1, half)) + 1, factor);
    }

    /** Latents of the longest window after its first. */
    int latents() {
        return (longest - 1) / factor;
    }

    /** The least latents between two known ends, so that there is a frame between them. */
    int gap() {
        return factor == 1 ? 2 : 1;
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
        windows.add(new Window(first, known, 0));
        // As long as may be, the last as short as is left.
        for (int left = fresh + known - first; left > 0; ) {
            int now = Math.min(left, longest - overlap);
            windows.add(new Window(overlap + now, overlap, 0));
            left -= now;
        }
        return windows;
    }

    /**
     * As {@link #cut}, with a last window that ends in known frames, which count as fresh. That window is as long as may be: two ends
     * that do not know each other need room to meet.
     *
     * @param closing pixel frames at the end that are known; 0 for none
     */
    List<Window> cutClosing(int fresh, int known, int closing) {
        List<Window> windows = cut(fresh, known);
        if (closing == 0) return windows;
        int end = windows.size() - 1;
        Window last = windows.get(end);
        if (end > 0) {
            Window before = windows.get(end - 1);
            int least = Math.max(overlap, before.overlap() + factor);
            int moved = Math.min(longest - last.frames(), (before.frames() - least) / factor * factor);
            windows.set(end - 1, new Window(before.frames() - moved, before.overlap(), 0));
            last = new Window(last.frames() + moved, last.overlap(), 0);
        }
        windows.set(end, new Window(last.frames(), last.overlap(), closing));
        return windows;
    }

    /**
     * The windows that lead up to known frames, in the order of the video. They are made from the last to the first, so it is the first
     * that is as short as is left.
     *
     * @param fresh new pixel frames, {@code factor * k}
     * @param closing known pixel frames after the last new one
     */
    List<Window> cutBackward(int fresh, int closing) {
        List<Window> windows = new ArrayList<>();
        int shown = closing;
        for (int left = fresh; left > 0; ) {
            int now = Math.min(left, longest - shown);
            windows.add(0, new Window(now + shown, 0, shown));
            shown = shown(now + shown);
            left -= now;
        }
        return windows;
    }

    /** Frames of a video of so many that a window beside it is shown: two latents and the first, or what leaves half a window new. */
    int shown(int frames) {
        return shown(frames, latents() / 2);
    }

    /** As {@link #shown}, of a window between two videos. */
    int shownBetween(int frames) {
        return shown(frames, (latents() - gap()) / 2);
    }

    private int shown(int frames, int room) {
        return factor * Math.min(Math.min(SHOWN, room), (frames - 1) / factor) + 1;
    }

    /** Latents of the longest passage that a window has room for between two videos. */
    int passage() {
        return latents() - 2 * Math.min(SHOWN, (latents() - gap()) / 2);
    }
}
