package dev.zoetrope.contracts;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The topics' names. Those of the stages are {@link Stage#topic()}; how they are made is the module {@code messaging}'s. */
public final class Topics {
    /** {@link Fact}s, keyed by job id: what has happened to each job. */
    public static final String JOBS = "zoetrope.jobs";

    /** {@link GenerationRequested} from outside. */
    public static final String REQUESTS = "zoetrope.requests";

    /** {@link Control}, a broadcast that every worker reads. */
    public static final String CONTROL = "zoetrope.control";

    /** {@link ModelOffered}, keyed by the model's name and compacted. */
    public static final String MODELS = "zoetrope.models";

    /** {@link DeadLetter}s: what could not be worked on, with the reason. */
    public static final String DEAD_LETTERS = "zoetrope.dead-letters";

    /** Bytes of the largest message: a job's spec repeats its prompt, up to 32,000 characters, for each of its segments. */
    public static final int LARGEST_MESSAGE = 16 << 20;

    private Topics() {}

    /** Every topic that services share. */
    public static List<String> all() {
        return Stream.concat(
                        Arrays.stream(Stage.values()).map(Stage::topic),
                        Stream.of(JOBS, REQUESTS, CONTROL, MODELS, DEAD_LETTERS))
                .toList();
    }
}
