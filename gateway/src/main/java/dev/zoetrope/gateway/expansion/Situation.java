package dev.zoetrope.gateway.expansion;

import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What the language model has to know of a job beside its prompt; each is a text in {@code resources/expansion}. */
enum Situation {
    /** Any job. */
    CAPTION,
    STILL_IMAGE,
    FIRST_FRAME,
    LAST_FRAME,
    LOOP,
    EDIT,
    EXTENSION,
    LEADING_UP,
    CONNECTION,
    STORYBOARD;

    private final String text = read(name().toLowerCase(Locale.ROOT) + ".txt");

    /** What is so with the job, in the order that it is told in. */
    static Set<Situation> of(JobSpec spec) {
        Given given = spec.given();
        Set<Situation> all = EnumSet.of(CAPTION);
        addIf(all, STILL_IMAGE, spec.kind() == JobSpec.Kind.IMAGE);
        addIf(all, FIRST_FRAME, given.firstFrame() != null);
        addIf(all, LAST_FRAME, given.lastFrame() != null);
        addIf(all, LOOP, given.loop());
        addIf(all, EDIT, given.edit() != null);
        addIf(all, EXTENSION, given.extendsTo(Given.Direction.FORWARD));
        addIf(all, LEADING_UP, given.extendsTo(Given.Direction.BACKWARD));
        addIf(all, CONNECTION, given.connection() != null);
        return all;
    }

    /** What the language model is told. */
    String text() {
        return text;
    }

    private static void addIf(Set<Situation> all, Situation situation, boolean so) {
        if (so) {
            all.add(situation);
        }
    }

    private static String read(String name) {
        try (InputStream in = Situation.class.getResourceAsStream("/expansion/" + name)) {
            if (in == null) {
                throw new IllegalStateException("expected the resource expansion/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
