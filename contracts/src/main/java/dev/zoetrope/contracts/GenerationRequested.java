package dev.zoetrope.contracts;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request from outside on {@link Topics#REQUESTS}: the fields of {@code POST /v1/videos}, which it equals in effect. A null is
 * the model's default.
 *
 * @param job the id that the job is to have, so that the sender can follow it; null to have one given
 * @param prompt what the video shows
 * @param model which model
 * @param seconds the length, as text, {@code "4"}
 * @param size {@code "64x64"}
 * @param frames exact length in pixel frames instead of {@code seconds}
 * @param fps frames a second
 * @param webhook where to tell that the job has ended
 * @param expandPrompt whether a language model is to rewrite the prompts; null is false
 * @param owner whose job it is: a digest of the API key that is to see it, the first 32 hexadecimal digits of its SHA-256; null is
 *     nobody's, which only a gateway without keys shows
 */
public record GenerationRequested(
        @Nullable String job,
        String prompt,
        @Nullable String model,
        @Nullable String seconds,
        @Nullable String size,
        @Nullable Long seed,
        @Nullable Integer steps,
        @Nullable Double guidance,
        @Nullable String negativePrompt,
        @Nullable Integer fps,
        @Nullable Integer frames,
        @Nullable List<Shot> storyboard,
        @Nullable Boolean loop,
        Fact.@Nullable Webhook webhook,
        @Nullable Boolean expandPrompt,
        @Nullable String owner)
        implements Message {
    private static final Pattern OWNER = Pattern.compile("[0-9a-f]{32}");

    public GenerationRequested {
        Require.that(job == null || JobId.isValid(job), "job", "a job id such as video_01k0…", job);
        Require.that(
                owner == null || OWNER.matcher(owner).matches(),
                "owner",
                "the first 32 hexadecimal digits of the SHA-256 of an API key",
                owner);
        storyboard = storyboard == null ? null : List.copyOf(storyboard);
    }

    @Override
    public String destination() {
        return Topics.REQUESTS;
    }

    @Override
    public @Nullable String subject() {
        return job;
    }

    /**
     * One shot of several.
     *
     * @param cut false to go on from the shot before; null is true
     */
    public record Shot(
            String prompt, String seconds, @Nullable Boolean cut) implements Contract {}
}
