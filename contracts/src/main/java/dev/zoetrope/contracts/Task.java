package dev.zoetrope.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a job is asked to make, with the files that the client brought for it. */
public sealed interface Task extends Choice {
    /** The files that were brought, by what they were given for. */
    Map<Role, List<ArtifactRef>> files();

    /** What the cases say of this task. */
    <R> R match(Cases<R> cases);

    /** An answer for each task. */
    interface Cases<R> {
        R image(Image task);

        R create(Create task);

        R loop(Loop task);

        R extend(Extend task);

        R connect(Connect task);

        R closeLoop(CloseLoop task);

        R edit(Edit task);
    }

    /** A still image from text. */
    record Image() implements Task {
        @Override
        public Map<Role, List<ArtifactRef>> files() {
            return Map.of();
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.image(this);
        }
    }

    /**
     * A video of one shot or several from text.
     *
     * @param firstFrame a picture that it starts with
     * @param lastFrame a picture that it ends with
     * @param characters pictures or videos of characters that the prompt names, for the model to keep to
     */
    record Create(
            @Nullable ArtifactRef firstFrame, @Nullable ArtifactRef lastFrame, List<ArtifactRef> characters)
            implements Task {
        /** From text alone. */
        public static final Create FROM_TEXT = new Create(null, null, List.of());

        public Create {
            characters = List.copyOf(characters);
        }

        @Override
        public Map<Role, List<ArtifactRef>> files() {
            Map<Role, List<ArtifactRef>> files = new EnumMap<>(Role.class);
            if (firstFrame != null) files.put(Role.FIRST_FRAME, List.of(firstFrame));
            if (lastFrame != null) files.put(Role.LAST_FRAME, List.of(lastFrame));
            if (!characters.isEmpty()) files.put(Role.CHARACTERS, characters);
            return files;
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.create(this);
        }
    }

    /** A video from text whose end flows into its start. */
    record Loop() implements Task {
        @Override
        public Map<Role, List<ArtifactRef>> files() {
            return Map.of();
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.loop(this);
        }
    }

    /** A video gone on from, or led up to; its own frames are kept as they are. */
    record Extend(ArtifactRef video, Direction direction) implements Task {
        @Override
        public Map<Role, List<ArtifactRef>> files() {
            return Map.of(Role.SOURCE, List.of(video));
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.extend(this);
        }
    }

    /** The passage from one video into another; both are kept as they are. */
    record Connect(ArtifactRef from, ArtifactRef to) implements Task {
        @Override
        public Map<Role, List<ArtifactRef>> files() {
            return Map.of(Role.FROM, List.of(from), Role.TO, List.of(to));
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.connect(this);
        }
    }

    /** A video gone on from until its own start; it is shown once, before the passage. */
    record CloseLoop(ArtifactRef video) implements Task {
        @Override
        public Map<Role, List<ArtifactRef>> files() {
            return Map.of(Role.FROM, List.of(video), Role.TO, List.of(video));
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.closeLoop(this);
        }
    }

    /**
     * A video changed by the prompt.
     *
     * @param video an MP4 or any file that the codec reads
     * @param strength 0 returns the video, 1 ignores it (SDEdit)
     */
    record Edit(ArtifactRef video, double strength) implements Task {
        public Edit {
            Require.that(strength >= 0 && strength <= 1, "strength", "0 to 1", strength);
        }

        @Override
        public Map<Role, List<ArtifactRef>> files() {
            return Map.of(Role.SOURCE, List.of(video));
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.edit(this);
        }
    }

    /** Where the new frames of an extension go. */
    enum Direction {
        FORWARD,
        BACKWARD;

        /** The name in messages. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Direction of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }
}
