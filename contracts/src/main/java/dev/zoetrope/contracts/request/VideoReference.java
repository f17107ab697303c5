package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A video: a completed one, or in a form the file itself; exactly one of them. */
@Schema(
        name = "VideoReference",
        description = "A completed video, or in a form the file itself.",
        extensions = @Extension(name = "x-file", value = "true"))
public record VideoReference(
        @Schema(description = "Of a completed video.") @Size(min = 1, max = Limits.NAME) @Nullable
        String id,

        @Schema(hidden = true) @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        Upload upload) {}
