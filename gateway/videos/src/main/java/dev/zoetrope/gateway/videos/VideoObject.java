package dev.zoetrope.gateway.videos;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.gateway.jobs.JobState;
import dev.zoetrope.gateway.jobs.JobView;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A video as OpenAI's clients read it, every field always present, and after {@code error} what is ours.
 *
 * @param seconds the length, as text
 * @param status {@code queued}, {@code in_progress}, {@code completed} or {@code failed}
 * @param progress 0 to 100
 * @param createdAt unix seconds
 * @param stage what is being done; null when nothing is
 * @param queuePosition 1 for the next; null when it does not wait
 * @param etaSeconds to the end by the pace so far; null while there is none
 * @param streamUrl where a player begins, relative to the gateway's address; null as long as there is nothing to play
 * @param expandedPrompt the prompt as it was rewritten, a storyboard's shots a paragraph each; null when it was not
 * @param framesDropped frames at the given video's end that an edit or a remix leaves out, since the model makes only some counts; null
 *     of what is neither
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record VideoObject(
        String id,
        String object,
        String model,
        String status,
        int progress,
        long createdAt,
        @Nullable Long completedAt,
        @Nullable Long expiresAt,
        String size,
        String seconds,
        String prompt,
        @Nullable String remixedFromVideoId,
        @Nullable Problem error,
        @Nullable Stage stage,
        @Nullable Integer queuePosition,
        @Nullable Long etaSeconds,
        @Nullable String traceId,
        long seed,
        int fps,
        @JsonUnwrapped SamplingSettings sampling,
        @Nullable String streamUrl,
        @Nullable String expandedPrompt,

        @Schema(
                description =
                        "Frames at the source's end that an edit or a remix leaves out, since the model makes only certain counts; 0 when it shows all, null of what is neither.")
        @Nullable
        Integer framesDropped) {

    /** Why it failed. */
    record Problem(String code, String message) {}

    static VideoObject of(
            JobView view,
            @Nullable Integer queuePosition,
            @Nullable String streamUrl,
            Duration retention,
            Instant now) {
        Fact.JobAccepted accepted = view.acceptance();
        JobSpec spec = accepted.spec();
        Instant completedAt = view.completed() == null ? null : view.completed().at();
        Duration remaining = view.remaining(now);
        return new VideoObject(
                view.id(),
                "video",
                spec.model(),
                status(view.state()),
                view.percent(),
                accepted.at().getEpochSecond(),
                completedAt == null ? null : completedAt.getEpochSecond(),
                completedAt == null ? null : completedAt.plus(retention).getEpochSecond(),
                spec.width() + "x" + spec.height(),
                accepted.request().seconds(),
                spec.prompt(),
                accepted.request().remixedFrom(),
                problem(view),
                view.stage(),
                view.state() == JobState.QUEUED ? queuePosition : null,
                remaining == null ? null : Math.max(1, remaining.toSeconds()),
                traceId(accepted.request().traceparent()),
                spec.seed(),
                spec.framesPerSecond(),
                spec.sampling(),
                streamUrl,
                spec.expandedPrompt(),
                accepted.request().framesDropped());
    }

    boolean hasEnded() {
        return status.equals(JobState.COMPLETED.label()) || status.equals(JobState.FAILED.label());
    }

    private static String status(JobState state) {
        return state == JobState.CANCELLED ? JobState.FAILED.label() : state.label();
    }

    private static @Nullable Problem problem(JobView view) {
        if (view.state() == JobState.CANCELLED) {
            return new Problem(ProblemCode.CANCELLED.code(), ProblemCode.CANCELLED.meaning());
        }
        return view.ended() instanceof Fact.JobFailed failed
                ? new Problem(failed.code().code(), failed.message())
                : null;
    }

    private static @Nullable String traceId(@Nullable String traceparent) {
        return traceparent == null ? null : traceparent.split("-")[1];
    }
}
