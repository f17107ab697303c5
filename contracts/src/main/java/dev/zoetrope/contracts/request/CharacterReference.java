package dev.zoetrope.contracts.request;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A character that was kept. */
public record CharacterReference(
        @Schema(description = "Of a kept character.") @NotNull @Size(min = 1, max = Limits.NAME)
        String id) {}
