package dev.zoetrope.contracts.request;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Which model makes a video, of which size and rate. A null is the model's default; beside a completed video all are that video's. */
public record Format(
        @Schema(
                description =
                        "One of GET /v1/models; the server's default without. None beside a completed video, whose own it is.")
        @Size(min = 1, max = Limits.NAME)
        @Nullable
        String model,

        @Schema(
                description =
                        "Width and height in pixels, on the model's grid. None beside a completed video, whose own it is.",
                examples = "64x64")
        @Pattern(regexp = FrameSize.PATTERN, message = FrameSize.EXPECTED)
        @Nullable
        String size,

        @Schema(description = "Frames a second. None beside a completed video, whose own it is.")
        @Min(1)
        @Max(120)
        @Nullable
        Integer fps) {
    /** The model's defaults. */
    public static final Format DEFAULTS = new Format(null, null, null);
}
