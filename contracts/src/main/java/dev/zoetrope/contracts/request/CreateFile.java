package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotNull;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** {@code POST /v1/files}. */
@Schema(name = "CreateFile")
public record CreateFile(
        @Schema(type = SchemaType.STRING, format = "binary") @NotNull
        Upload file,

        @NotNull Purpose purpose) {
    /** What a file is for. */
    public enum Purpose {
        @JsonProperty("assistants")
        ASSISTANTS("assistants"),
        @JsonProperty("batch")
        BATCH("batch"),
        @JsonProperty("evals")
        EVALS("evals"),
        @JsonProperty("fine-tune")
        FINE_TUNE("fine-tune"),
        @JsonProperty("user_data")
        USER_DATA("user_data"),
        @JsonProperty("vision")
        VISION("vision");

        private final String label;

        Purpose(String label) {
            this.label = label;
        }

        /** The name in messages. */
        public String label() {
            return label;
        }
    }
}
