package dev.zoetrope.contracts;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The checks of the records: what was expected, what came, and in which field. */
final class Require {
    private Require() {}

    static void that(boolean holds, String field, String expected, @Nullable Object came) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s: expected %s, came %s".formatted(field, expected, Objects.toString(came)));
        }
    }
}
