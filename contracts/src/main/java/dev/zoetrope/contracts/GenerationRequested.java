package dev.zoetrope.contracts;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.zoetrope.contracts.request.CreateVideo;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request from outside on {@link Topics#REQUESTS}: the body of {@code POST /v1/videos}, and beside its parameters what a call of the
 * API says otherwise. Anybody may write one, so it is read and checked as a body is, by the {@code requests} module.
 *
 * @param job the id that the job is to have, so that the sender can follow it; null to have one given
 * @param owner whose job it is: a digest of the API key that is to see it, the first 32 hexadecimal digits of its SHA-256; null is
 *     nobody's, which only a gateway without keys shows
 * @param video what is asked for
 */
public record GenerationRequested(
        @Pattern(regexp = JobId.FORM, message = "a job id such as video_01k0zn4b6f3q8w2x5y7t9r1e0d") @Nullable
        String job,

        @Pattern(regexp = "[0-9a-f]{32}", message = "the first 32 hexadecimal digits of the SHA-256 of an API key")
        @Nullable
        String owner,

        @JsonUnwrapped @Valid CreateVideo video)
        implements Message {
    @Override
    public String destination() {
        return Topics.REQUESTS;
    }

    @Override
    public @Nullable String subject() {
        return job;
    }
}
