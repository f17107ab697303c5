package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotNull;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** {@code POST /v1/files}. */
@Schema(name = "CreateFile")
public record CreateFile(
        @Schema(type = SchemaType.STRING, format = "binary") @NotNull Upload file,
        @NotNull Purpose purpose) {
    /** What a file is for. */
    public enum Purpose {
        @JsonProperty("assistants")
        ASSISTANTS,
        @JsonProperty("batch")
        BATCH,
        @JsonProperty("evals")
        EVALS,
        @JsonProperty("fine-tune")
        FINE_TUNE,
        @JsonProperty("user_data")
        USER_DATA,
        @JsonProperty("vision")
        VISION
    }
}
