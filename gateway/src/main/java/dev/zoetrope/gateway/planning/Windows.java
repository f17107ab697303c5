package dev.zoetrope.gateway.planning;

import dev.zoetrope.contracts.ModelOffered;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a shot into windows that the model was trained for. A window has {@code factor * k + 1} pixel frames; the overlap with
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
        int count = 1;
        while (longest + (count - 1) * (longest - overlap) < fresh + known) {
            count++;
        }
        // In units of the factor, every window is k and every overlap but the first is m, so the units divide evenly.
        int overlapUnits = (overlap - 1) / factor;
        int units = (fresh + known - 1) / factor + (count - 1) * overlapUnits;
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int share = units / count + (i < units % count ? 1 : 0);
            windows.add(new Window(factor * share + 1, i == 0 ? known : overlap));
        }
        return windows;
    }
}
