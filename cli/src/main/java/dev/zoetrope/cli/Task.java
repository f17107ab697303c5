package dev.zoetrope.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be made of what is given. */
public sealed interface Task {
    /**
     * A video or a still from text, and from pictures for its first and last frame where they are given.
     *
     * @param characters videos of whom it keeps to
     */
    record Create(@Nullable Path firstFrame, @Nullable Path lastFrame, List<Path> characters) implements Task {
        public Create {
            characters = List.copyOf(characters);
        }
    }

    /** The video goes on after its end, or begins before its start. */
    record Extend(Path video, boolean backward) implements Task {}

    /** A passage from the end of one video into the start of another. */
    record Connect(Path from, Path to) implements Task {}

    /** The video goes on until it reaches its own start. */
    record Loop(Path video) implements Task {}

    /**
     * The video made anew by a prompt.
     *
     * @param strength 0 leaves it as it is, 1 ignores it
     */
    record Edit(Path video, double strength) implements Task {}
}
