package dev.zoetrope.gateway.videos;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.request.GenerationRequest;
import dev.zoetrope.contracts.request.Webhook;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.expansion.Captions;
import dev.zoetrope.gateway.expansion.PromptExpansion;
import dev.zoetrope.gateway.jobs.Freshness;
import dev.zoetrope.gateway.jobs.Intake;
import dev.zoetrope.gateway.jobs.JobBoard;
import dev.zoetrope.gateway.jobs.JobStateConfig;
import dev.zoetrope.gateway.jobs.JobView;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.planning.Plan;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What can be done with videos, whichever way it is asked for. */
@Singleton
final class Videos {
    private static final Logger LOG = Logger.getLogger(Videos.class);

    private final JobBoard board;
    private final Freshness freshness;
    private final Intake intake;
    private final JobStateConfig config;
    private final Artifacts artifacts;
    private final PromptExpansion expansion;
    private final Streams streams;

    Videos(
            JobBoard board,
            Freshness freshness,
            Intake intake,
            JobStateConfig config,
            Artifacts artifacts,
            PromptExpansion expansion,
            Streams streams) {
        this.board = board;
        this.freshness = freshness;
        this.intake = intake;
        this.config = config;
        this.artifacts = artifacts;
        this.expansion = expansion;
        this.streams = streams;
    }

    /** Accepts what is planned, its prompts rewritten where that is asked for; completes when it is durable. */
    CompletionStage<JobView> accept(Plan plan, GenerationRequest request, Origin origin) {
        return captions(plan, request).thenCompose(captions -> queue(captioned(plan, captions), request, origin));
    }

    /** The plan with captions in place of its prompts, if there are any. */
    static Plan captioned(Plan plan, Captions captions) {
        return captions.isNone() ? plan : plan.with(captions::of, captions.paragraphs());
    }

    /** What the plan's prompts are rewritten into; nothing where that is not asked for. */
    CompletionStage<Captions> captions(Plan plan, GenerationRequest request) {
        return Boolean.TRUE.equals(request.expandPrompt())
                ? expansion.captions(plan.spec())
                : CompletableFuture.completedFuture(Captions.NONE);
    }

    /** Accepts what is planned as it is; completes when it is durable. */
    CompletionStage<JobView> queue(Plan plan, GenerationRequest request, Origin origin) {
        String job = origin.job();
        Webhook webhook = request.webhook();
        Fact.ClientRequest client = new Fact.ClientRequest(
                plan.seconds(),
                origin.remixedFrom(),
                origin.owner().digest(),
                webhook == null ? null : new Fact.Webhook(webhook.url(), webhook.secretId()),
                origin.externalId(),
                origin.traceparent(),
                plan.framesDropped());
        return intake.accept(job, plan.spec(), client, origin.traceparent()).exceptionally(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof Intake.JobTooLarge tooLarge) {
                String param = request.storyboard() == null ? "prompt" : "storyboard";
                throw ApiProblem.invalid(param, param + ": " + tooLarge.getMessage());
            }
            LOG.warnf(failure, "A job was not accepted: job=%s", job);
            throw ApiProblem.unavailable("The queue is away: the video was not accepted. Try again.");
        });
    }

    /**
     * Where a request comes from.
     *
     * @param job the id that its job is to have
     * @param externalId the id of the event, when it was one
     */
    record Origin(
            String job,
            Owner owner,
            @Nullable String remixedFrom,
            @Nullable String externalId,
            @Nullable String traceparent) {}

    /** The caller's video; completes with 404 only after all that was accepted anywhere is known here. */
    CompletionStage<JobView> find(String id, Owner owner) {
        Optional<JobView> known = board.find(id);
        if (known.isPresent() || !JobId.isValid(id)) {
            return completed(() -> owned(id, known, owner));
        }
        return freshly().thenApply(done -> owned(id, board.find(id), owner));
    }

    /** The owner's job where it was accepted, wherever that was. Waits: call it on a thread that may. */
    Optional<JobView> accepted(String id, Owner owner) {
        freshly().toCompletableFuture().join();
        return board.find(id).filter(view -> isOwn(view, owner));
    }

    /** The caller's videos and whether there are more. */
    CompletionStage<VideoList> list(@Nullable String after, int limit, boolean newestFirst, Owner owner) {
        return freshly().thenApply(done -> page(after, limit, newestFirst, owner));
    }

    /** Stops it; a video that has ended otherwise cannot be cancelled. */
    CompletionStage<JobView> cancel(String id, Owner owner) {
        return find(id, owner).thenCompose(view -> switch (view.state()) {
            case CANCELLED -> CompletableFuture.completedFuture(view);
            case COMPLETED, FAILED, DELETED ->
                throw ApiProblem.conflict(
                        "id",
                        "video_ended",
                        "The video '%s' has ended: it is %s."
                                .formatted(id, view.state().label()));
            case QUEUED, IN_PROGRESS ->
                intake.cancel(id).thenCompose(sent -> freshly()).thenApply(done -> owned(id, board.find(id), owner));
        });
    }

    /** Forgets it; only when it has ended. */
    CompletionStage<Void> delete(String id, Owner owner) {
        return find(id, owner).thenCompose(view -> {
            if (!view.state().ended()) {
                throw ApiProblem.conflict(
                        "id",
                        "video_not_ended",
                        "The video '%s' is %s. Cancel it first, or wait until it has ended."
                                .formatted(id, view.state().label()));
            }
            return intake.send(new Fact.JobDeleted(id, Instant.now()), null)
                    .thenCompose(sent -> freshly())
                    .thenRunAsync(() -> artifacts.deleteAll(ArtifactKeys.job(id)))
                    .exceptionally(failure -> {
                        // The job is gone; what it made goes by the store's own retention at the latest.
                        LOG.warnf(failure, "What a deleted job made could not be deleted: job=%s", id);
                        return null;
                    });
        });
    }

    /** The video as clients read it. */
    VideoObject show(JobView view) {
        return VideoObject.of(
                view,
                board.queuePosition(view.id()).orElse(null),
                streams.url(view),
                config.retention(),
                Instant.now());
    }

    /**
     * The caller's video. Waits: call it on a thread that may.
     *
     * @throws ApiProblem 404
     */
    JobView require(String id, Owner owner) {
        return await(find(id, owner), "id");
    }

    /**
     * The caller's video, which has to be completed. Waits: call it on a thread that may.
     *
     * @throws ApiProblem 404 or 409 that names the parameter
     */
    JobView requireCompleted(String id, Owner owner, String param) {
        JobView view = await(find(id, owner), param);
        Fact.JobCompleted completed = view.completed();
        if (completed == null || completed.video() == null) {
            throw ApiProblem.conflict(
                    param,
                    "video_not_ready",
                    "%s: expected a completed video, '%s' is %s"
                            .formatted(param, id, view.state().label()));
        }
        return view;
    }

    private static JobView await(CompletionStage<JobView> found, String param) {
        try {
            return found.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ApiProblem problem) {
                throw problem.status() == 404
                        ? ApiProblem.notFound(param, String.valueOf(problem.getMessage()))
                        : problem;
            }
            throw e;
        }
    }

    private VideoList page(@Nullable String after, int limit, boolean newestFirst, Owner owner) {
        Optional<JobView> from = after == null ? Optional.empty() : board.find(after);
        if (from.filter(view -> !isOwn(view, owner)).isPresent()) {
            throw ApiProblem.notFound("after", "There is no video '%s'.".formatted(after));
        }
        List<JobView> page =
                board.page(view -> isOwn(view, owner) && !view.spec().makesImage(), after, newestFirst, limit + 1);
        return VideoList.of(page.stream().limit(limit).map(this::show).toList(), page.size() > limit);
    }

    private CompletionStage<Void> freshly() {
        return freshness.now().handle((done, failure) -> {
            if (failure != null) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                throw ApiProblem.unavailable(
                        cause instanceof TimeoutException
                                ? "This gateway has not caught up with the others yet. Try again."
                                : "The queue is away. Try again.");
            }
            return null;
        });
    }

    private static JobView owned(String id, Optional<JobView> view, Owner owner) {
        return view.filter(found -> isOwn(found, owner))
                .orElseThrow(() -> ApiProblem.notFound("id", "There is no video '%s'.".formatted(shown(id))));
    }

    private static boolean isOwn(JobView view, Owner owner) {
        return owner.owns(view.acceptance().request().owner());
    }

    private static String shown(String id) {
        return id.length() > 64 ? id.substring(0, 64) + "…" : id;
    }

    private static <T> CompletionStage<T> completed(Supplier<T> value) {
        try {
            return CompletableFuture.completedFuture(value.get());
        } catch (ApiProblem problem) {
            return CompletableFuture.failedFuture(problem);
        }
    }
}
