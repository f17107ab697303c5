package dev.zoetrope.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the client brought. At most one of {@code edit}, {@code extension} and {@code connection} is there.
 *
 * @param firstFrame a picture that the video starts with
 * @param lastFrame a picture that the video ends with
 * @param edit a video to change by the prompt
 * @param extension a video to go on from, or to lead up to
 * @param connection two videos to join by a passage
 * @param loop whether the video's end flows into its start; beside a connection, from a video to itself, that video is shown
 *     only before the passage
 * @param characters pictures of characters that the prompt names, for the model to keep to
 */
public record Given(
        @Nullable ArtifactRef firstFrame,
        @Nullable ArtifactRef lastFrame,
        @Nullable Edit edit,
        @Nullable Extension extension,
        @Nullable Connection connection,
        boolean loop,
        List<ArtifactRef> characters)
        implements Contract {
    /** Nothing was given: text to video. */
    public static final Given NOTHING = new Given(null, null, null, null, null, false, List.of());

    public Given {
        characters = List.copyOf(characters);
        int sources = (edit == null ? 0 : 1) + (extension == null ? 0 : 1) + (connection == null ? 0 : 1);
        Require.that(sources <= 1, "given", "at most one of edit, extension and connection", sources + " of them");
    }

    /**
     * A video to edit.
     *
     * @param video an MP4 or any file that the codec reads
     * @param strength 0 returns the video, 1 ignores it (SDEdit)
     */
    public record Edit(ArtifactRef video, double strength) implements Contract {
        public Edit {
            Require.that(strength >= 0 && strength <= 1, "strength", "0 to 1", strength);
        }
    }

    /** A video to extend; its own frames are kept as they are. */
    public record Extension(ArtifactRef video, Direction direction) implements Contract {}

    /** The passage from one video into another; both are kept as they are. */
    public record Connection(ArtifactRef from, ArtifactRef to) implements Contract {}

    /** Where the new frames of an extension go. */
    public enum Direction {
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

    /** Which of the given media a reading belongs to; the keys of {@link Gathered#givenFrames()}. */
    public enum Role {
        FIRST_FRAME,
        LAST_FRAME,
        SOURCE,
        FROM,
        TO,
        CHARACTERS;

        /** The name in messages. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Role of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    /** A video that goes on until its own start. */
    public static Given loopOf(ArtifactRef video) {
        return new Given(null, null, null, null, new Connection(video, video), true, List.of());
    }

    /** Whether a video is extended that way. */
    public boolean extendsTo(Direction direction) {
        return extension != null && extension.direction() == direction;
    }

    /** Whether there are files to read before anything can be denoised. */
    public boolean hasMedia() {
        return firstFrame != null
                || lastFrame != null
                || edit != null
                || extension != null
                || connection != null
                || !characters.isEmpty();
    }
}
