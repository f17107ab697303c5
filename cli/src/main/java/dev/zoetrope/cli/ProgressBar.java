package dev.zoetrope.cli;

import java.io.PrintStream;
import java.util.Locale;

/** One bar a stage, drawn over itself on a terminal, and one line a stage elsewhere. */
public final class ProgressBar {
    private static final int WIDTH = 30;

    private final PrintStream out;
    private final boolean terminal;
    private String stage = "";
    private long started;
    private boolean open;

    public ProgressBar(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Shows that {@code done} of {@code total} of a stage are done. */
    public void show(String newStage, int done, int total) {
        if (!open || !stage.equals(newStage) || done == 0) {
            finish();
            stage = newStage;
            started = System.nanoTime();
            open = true;
        }
        boolean complete = done >= total;
        String seconds = String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - started) / 1e9);
        if (terminal) {
            int filled = (int) ((long) WIDTH * Math.min(done, total) / Math.max(total, 1));
            String bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
            out.printf(Locale.ROOT, "\r%-16s %s %d/%d  %s   ", stage, bar, done, total, seconds);
        } else if (complete) {
            out.printf(Locale.ROOT, "%s: %d/%d in %s%n", stage, done, total, seconds);
        }
        if (complete) {
            if (terminal) out.println();
            open = false;
        }
        out.flush();
    }

    /** Ends a line that is not complete. */
    public void finish() {
        if (open && terminal) out.println();
        open = false;
    }
}
