package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A picture: of a file that was kept, at an address, or in a form the file itself; exactly one of them. */
@Schema(
        name = "ImageReference",
        description = "One of both, or in a form the file itself: JPEG, PNG, WebP or GIF.",
        extensions = @Extension(name = "x-file", value = "true"))
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ImageReference(
        @Schema(description = "Of a file that was kept with POST /v1/files.")
        @Size(min = 1, max = Limits.NAME)
        @Nullable
        String fileId,

        @Schema(description = "An address on the public internet, or a data URL in base64.")
        @Size(min = 1, max = Limits.DATA_URL)
        @Nullable
        String imageUrl,

        @Schema(hidden = true) @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        Upload upload) {}
