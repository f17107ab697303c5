package dev.zoetrope.contracts;

/**
 * Frames that follow each other.
 *
 * @param from the first
 * @param to the last, not included
 */
public record Span(int from, int to) implements Contract {
    public Span {
        Require.that(from >= 0, "from", "0 or more", from);
        Require.that(to > from, "to", "more than " + from, to);
    }

    /** How many. */
    public int count() {
        return to - from;
    }
}
