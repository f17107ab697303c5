package dev.zoetrope.gateway.expansion;

import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.Task;
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
        Set<Situation> all = EnumSet.of(CAPTION);
        Set<Role> given = spec.task().files().keySet();
        if (given.contains(Role.FIRST_FRAME)) all.add(FIRST_FRAME);
        if (given.contains(Role.LAST_FRAME)) all.add(LAST_FRAME);
        all.addAll(spec.task().match(OF_TASK));
        return all;
    }

    private static final Task.Cases<Set<Situation>> OF_TASK = new Task.Cases<>() {
        @Override
        public Set<Situation> image(Task.Image task) {
            return Set.of(STILL_IMAGE);
        }

        @Override
        public Set<Situation> create(Task.Create task) {
            return Set.of();
        }

        @Override
        public Set<Situation> loop(Task.Loop task) {
            return Set.of(LOOP);
        }

        @Override
        public Set<Situation> extend(Task.Extend task) {
            return Set.of(task.direction() == Task.Direction.FORWARD ? EXTENSION : LEADING_UP);
        }

        @Override
        public Set<Situation> connect(Task.Connect task) {
            return Set.of(CONNECTION);
        }

        @Override
        public Set<Situation> closeLoop(Task.CloseLoop task) {
            return Set.of(LOOP, CONNECTION);
        }

        @Override
        public Set<Situation> edit(Task.Edit task) {
            return Set.of(EDIT);
        }
    };

    /** What the language model is told. */
    String text() {
        return text;
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
