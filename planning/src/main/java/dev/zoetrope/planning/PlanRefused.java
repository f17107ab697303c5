package dev.zoetrope.planning;

import org.jspecify.annotations.Nullable;

/** What is asked for cannot be made with this model, or is more than the limits admit: the asker's fault, by a named parameter. */
public final class PlanRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String parameter;
    private final String expected;
    private final @Nullable String came;

    /**
     * @param parameter as the API spells it, {@code storyboard[1].seconds}
     * @param came null where the parameter is missing
     */
    PlanRefused(String parameter, String expected, @Nullable Object came) {
        super("%s: expected %s, came %s".formatted(parameter, expected, came == null ? "nothing" : came));
        this.parameter = parameter;
        this.expected = expected;
        this.came = came == null ? null : came.toString();
    }

    /** The parameter, as the API spells it. */
    public String parameter() {
        return parameter;
    }

    public String expected() {
        return expected;
    }

    /** What came instead; null where the parameter is missing. */
    public @Nullable String came() {
        return came;
    }
}
