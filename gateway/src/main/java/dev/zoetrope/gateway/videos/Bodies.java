package dev.zoetrope.gateway.videos;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The request bodies as the API document describes them. Nothing is read into these: {@link WishReader} and {@link VideoMaking} read
 * field by field, to name each wrong one. {@code OpenApiTest} holds both to the same fields.
 */
final class Bodies {
    private static final String PROMPT = "What is to be seen, 1 to 32,000 characters.";
    private static final String MODEL = "One of GET /v1/models; the server's default without.";
    private static final String SIZE = "Width and height in pixels, on the model's grid.";
    private static final String STEPS = "Denoising steps; the model's default without.";
    private static final String GUIDANCE = "Classifier-free guidance, 1 to 100; 1 is none.";
    private static final String NEGATIVE = "What to steer away from.";
    private static final String SEED = "The same seed makes the same video; drawn at random without.";
    private static final String EXPAND =
            "Have a language model rewrite the prompts into detailed captions, shown as expanded_prompt. Where the server has one.";
    private static final String UPLOADED = " Only with an uploaded video; else it is the video's own.";

    private Bodies() {}

    @Schema(name = "CreateVideo", requiredProperties = "prompt")
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Create(
            @Schema(description = PROMPT, minLength = 1, maxLength = 32_000)
            String prompt,

            @Schema(description = MODEL) String model,

            @Schema(
                    description = "The length, as text: a multiple of the model's temporal factor over fps.",
                    examples = "4")
            String seconds,

            @Schema(description = SIZE, pattern = "[0-9]+x[0-9]+", examples = "64x64")
            String size,

            @Schema(description = "The first frame.") ImageReference inputReference,

            @Schema(description = "The last frame.") ImageReference lastFrame,

            @Schema(description = "Frames a second.", minimum = "1", maximum = "120")
            Integer fps,

            @Schema(description = "The exact length in frames, instead of seconds.", minimum = "1")
            Integer frames,

            @Schema(description = STEPS, minimum = "1") Integer steps,

            @Schema(description = GUIDANCE, minimum = "1", maximum = "100")
            Double guidance,

            @Schema(description = NEGATIVE, maxLength = 32_000)
            String negativePrompt,

            @Schema(description = SEED, minimum = "0") Long seed,

            @Schema(description = "Whether the last frame flows into the first.")
            Boolean loop,

            @Schema(
                    description =
                            "Shots instead of one; a form sends a JSON text or storyboard[][prompt], storyboard[][seconds], storyboard[][cut].")
            List<Shot> storyboard,

            @Schema(description = "Kept characters that are to be seen; a form sends a JSON text or characters[][id].")
            List<Reference> characters,

            @Schema(description = EXPAND) Boolean expandPrompt,

            @Schema(description = "Where to tell that the video has ended.")
            Webhook webhook) {}

    @Schema(name = "RemixVideo", requiredProperties = "prompt")
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Remix(
            @Schema(description = PROMPT, minLength = 1, maxLength = 32_000)
            String prompt,

            @Schema(description = STEPS, minimum = "1") Integer steps,

            @Schema(description = GUIDANCE, minimum = "1", maximum = "100")
            Double guidance,

            @Schema(description = NEGATIVE, maxLength = 32_000)
            String negativePrompt,

            @Schema(description = SEED, minimum = "0") Long seed,
            @Schema(description = EXPAND) Boolean expandPrompt,

            @Schema(description = "Where to tell that the video has ended.")
            Webhook webhook) {}

    @Schema(
            name = "EditVideo",
            requiredProperties = {"prompt", "video"})
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Edit(
            @Schema(description = PROMPT, minLength = 1, maxLength = 32_000)
            String prompt,

            @Schema(description = "A completed video's id, or an upload.")
            VideoReference video,

            @Schema(
                    description = "0 leaves the video as it is, 1 keeps nothing of it; 0.7 without.",
                    minimum = "0",
                    maximum = "1")
            Double strength,

            @Schema(description = MODEL + UPLOADED) String model,

            @Schema(description = SIZE + UPLOADED, pattern = "[0-9]+x[0-9]+")
            String size,

            @Schema(description = "Frames a second." + UPLOADED, minimum = "1", maximum = "120")
            Integer fps,

            @Schema(description = STEPS, minimum = "1") Integer steps,

            @Schema(description = GUIDANCE, minimum = "1", maximum = "100")
            Double guidance,

            @Schema(description = NEGATIVE, maxLength = 32_000)
            String negativePrompt,

            @Schema(description = SEED, minimum = "0") Long seed,
            @Schema(description = EXPAND) Boolean expandPrompt,

            @Schema(description = "Where to tell that the video has ended.")
            Webhook webhook) {}

    @Schema(
            name = "ExtendVideo",
            requiredProperties = {"prompt", "video"})
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Extend(
            @Schema(description = PROMPT, minLength = 1, maxLength = 32_000)
            String prompt,

            @Schema(description = "A completed video's id, or an upload.")
            VideoReference video,

            @Schema(description = "How much is new, as text; either this or frames.", examples = "4")
            String seconds,

            @Schema(description = "How much is new in frames, instead of seconds.", minimum = "1")
            Integer frames,

            @Schema(description = "Whether to go on until the video's own start.")
            Boolean loop,

            @Schema(
                    description = "Into the future or the past.",
                    enumeration = {"forward", "backward"},
                    defaultValue = "forward")
            String direction,

            @Schema(description = MODEL + UPLOADED) String model,

            @Schema(description = SIZE + UPLOADED, pattern = "[0-9]+x[0-9]+")
            String size,

            @Schema(description = "Frames a second." + UPLOADED, minimum = "1", maximum = "120")
            Integer fps,

            @Schema(description = STEPS, minimum = "1") Integer steps,

            @Schema(description = GUIDANCE, minimum = "1", maximum = "100")
            Double guidance,

            @Schema(description = NEGATIVE, maxLength = 32_000)
            String negativePrompt,

            @Schema(description = SEED, minimum = "0") Long seed,
            @Schema(description = EXPAND) Boolean expandPrompt,

            @Schema(description = "Where to tell that the video has ended.")
            Webhook webhook) {}

    @Schema(
            name = "ConnectVideos",
            requiredProperties = {"prompt", "from", "to"})
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Connect(
            @Schema(description = PROMPT, minLength = 1, maxLength = 32_000)
            String prompt,

            @Schema(description = "What the passage begins with: a completed video's id, or an upload.")
            VideoReference from,

            @Schema(description = "What it ends with, of the same size and rate.")
            VideoReference to,

            @Schema(description = "The passage's length, as text; either this or frames.", examples = "2")
            String seconds,

            @Schema(description = "The passage's length in frames, instead of seconds.", minimum = "1")
            Integer frames,

            @Schema(description = MODEL + UPLOADED) String model,

            @Schema(description = SIZE + UPLOADED, pattern = "[0-9]+x[0-9]+")
            String size,

            @Schema(description = "Frames a second." + UPLOADED, minimum = "1", maximum = "120")
            Integer fps,

            @Schema(description = STEPS, minimum = "1") Integer steps,

            @Schema(description = GUIDANCE, minimum = "1", maximum = "100")
            Double guidance,

            @Schema(description = NEGATIVE, maxLength = 32_000)
            String negativePrompt,

            @Schema(description = SEED, minimum = "0") Long seed,
            @Schema(description = EXPAND) Boolean expandPrompt,

            @Schema(description = "Where to tell that the video has ended.")
            Webhook webhook) {}

    @Schema(
            name = "CreateCharacter",
            requiredProperties = {"name", "video"})
    record KeepCharacter(
            @Schema(minLength = 1, maxLength = 80) String name,

            @Schema(type = SchemaType.STRING, format = "binary", description = "Shows who it is.")
            Object video) {}

    @Schema(name = "CreateImages", requiredProperties = "prompt")
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Images(
            @Schema(description = PROMPT, minLength = 1, maxLength = 32_000)
            String prompt,

            @Schema(description = MODEL) String model,

            @Schema(description = "How many.", minimum = "1", maximum = "10", defaultValue = "1")
            Integer n,

            @Schema(description = SIZE, pattern = "[0-9]+x[0-9]+", examples = "64x64")
            String size,

            @Schema(
                    description = "The bytes, or where they are.",
                    enumeration = {"url", "b64_json"},
                    defaultValue = "url")
            String responseFormat,

            @Schema(description = STEPS, minimum = "1") Integer steps,

            @Schema(description = GUIDANCE, minimum = "1", maximum = "100")
            Double guidance,

            @Schema(description = NEGATIVE, maxLength = 32_000)
            String negativePrompt,

            @Schema(description = SEED, minimum = "0") Long seed,
            @Schema(description = EXPAND) Boolean expandPrompt,

            @Schema(description = "For the client's own bookkeeping.", maxLength = 256)
            String user) {}

    @Schema(
            name = "ImageReference",
            description = "One of both, or in a form the file itself: JPEG, PNG, WebP or GIF.",
            extensions = @Extension(name = "x-file", value = "true"))
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record ImageReference(
            @Schema(description = "Of a file that was kept with POST /v1/files.") @Nullable
            String fileId,

            @Schema(description = "An address on the public internet, or a data URL in base64.") @Nullable
            String imageUrl) {}

    @Schema(
            name = "VideoReference",
            description = "A completed video, or in a form the file itself.",
            extensions = @Extension(name = "x-file", value = "true"))
    record VideoReference(
            @Schema(description = "Of a completed video.") String id) {}

    @Schema(name = "CharacterReference", requiredProperties = "id")
    record Reference(
            @Schema(description = "Of a kept character.") String id) {}

    @Schema(
            name = "Shot",
            requiredProperties = {"prompt", "seconds"})
    record Shot(
            @Schema(description = PROMPT, minLength = 1, maxLength = 32_000)
            String prompt,

            @Schema(description = "Its length, as text.", examples = "2")
            String seconds,

            @Schema(
                    description = "Whether it starts afresh; false goes on from the shot before.",
                    defaultValue = "true")
            Boolean cut) {}

    @Schema(name = "JobWebhook", requiredProperties = "url")
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Webhook(
            @Schema(description = "https, on the public internet.")
            String url,

            @Schema(description = "Of the webhook endpoint whose secret signs it; unsigned without.") @Nullable
            String secretId) {}
}
