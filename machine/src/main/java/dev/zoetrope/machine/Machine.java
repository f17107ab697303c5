package dev.zoetrope.machine;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Makes a process behave alike on every machine. Each {@code main} calls this first. */
public final class Machine {
    private Machine() {}

    /**
     * Sets the default locale to {@link Locale#ROOT}, and chooses a folder for native libraries where the usual ones do not do.
     * Under an Arabic locale, say, {@code %d} writes other digits, and the broker would name its files with them.
     *
     * @param folders to try before the temporary folder when the home folder is not fit for native libraries
     * @throws NoNativeFolderException no folder is fit for them
     */
    public static void settle(List<Path> folders) {
        settleLocale();
        NativeFolders.settle(System.getenv(), System.getProperties(), folders);
    }

    /** The first half of {@link #settle}, for a process that needs no native libraries. */
    public static void settleLocale() {
        Locale.setDefault(Locale.ROOT);
    }
}
