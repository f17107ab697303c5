package dev.zoetrope.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a given file was given for; the keys of {@link JobArtifacts#givenFrames()}. */
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
