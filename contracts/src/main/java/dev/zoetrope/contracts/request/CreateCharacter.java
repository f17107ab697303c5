package dev.zoetrope.contracts.request;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** {@code POST /v1/videos/characters}. */
@Schema(name = "CreateCharacter")
public record CreateCharacter(
        @NotNull @Size(min = 1, max = 80) String name,

        @Schema(type = SchemaType.STRING, format = "binary", description = "Shows who it is.") @NotNull
        Upload video) {}
