package dev.zoetrope.contracts;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A piece of a job's video, in the order of showing. */
public sealed interface Part extends Choice {
    /** So many segments in their order. */
    static List<Part> made(int segments) {
        return IntStream.range(0, segments).<Part>mapToObj(Made::new).toList();
    }

    /** The answer of this part's case. */
    default <R> R match(Function<Made, R> made, Function<Given, R> given) {
        if (this instanceof Made part) return made.apply(part);
        if (this instanceof Given part) return given.apply(part);
        throw new AssertionError(this);
    }

    /** The frames that a segment shows. */
    record Made(int segment) implements Part {}

    /** A given video, as it is. */
    record Given(Role role) implements Part {}
}
