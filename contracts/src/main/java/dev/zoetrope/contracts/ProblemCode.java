package dev.zoetrope.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a job failed or a message was refused, in words that a client can act on. */
public enum ProblemCode {
    INVALID_REQUEST("The request asks for what cannot be made. Correct the named parameter.", false),
    MODEL_NOT_FOUND("No worker serves the model. Choose one of GET /v1/models.", false),
    EXPANSION_FAILED("The language model gave no caption. Try again, or leave out expand_prompt.", true),
    MEDIA_UNREADABLE("A given picture or video could not be read. Send another file.", false),
    ARTIFACT_MISSING("Something made earlier is no longer in the store. Create the job anew.", false),
    ARTIFACT_CORRUPT("Something made earlier does not match its checksum. Create the job anew.", false),
    OUT_OF_MEMORY(
            "The job does not fit the machine, even in smaller pieces. Ask for a smaller size or fewer frames.", false),
    CANCELLED("The job was cancelled.", false),
    STAGE_FAILED("A stage failed on this job. Try again; if it fails again, report the trace id.", true),
    DELIVERY_EXHAUSTED("Workers kept dying on this job. Try again later.", true),
    STORE_UNAVAILABLE("The object store could not be reached for too long. Try again later.", true),
    BAD_ORDER("A message inside the mesh was not understood. Report the trace id.", false),
    UNSUPPORTED_VERSION(
            "A message inside the mesh was of a version that this release does not know. Report the trace id.", false);

    private final String meaning;
    private final boolean retryable;

    ProblemCode(String meaning, boolean retryable) {
        this.meaning = meaning;
        this.retryable = retryable;
    }

    /** The code in messages, {@code out_of_memory}. */
    @JsonValue
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it means to a client and what the client can do. */
    public String meaning() {
        return meaning;
    }

    /** Whether the same request may succeed when it is sent again. */
    public boolean retryable() {
        return retryable;
    }

    /** @throws IllegalArgumentException when there is no such code */
    @JsonCreator
    public static ProblemCode of(String code) {
        try {
            return valueOf(code.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("code: expected a problem code, came " + code, e);
        }
    }
}
