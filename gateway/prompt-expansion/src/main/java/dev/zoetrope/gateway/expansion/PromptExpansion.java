package dev.zoetrope.gateway.expansion;

import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Has prompts rewritten, where a language model is configured: {@code zoetrope.gateway.expansion.*}. */
@Singleton
public final class PromptExpansion {
    private static final int LONGEST_STORY = 16_000;
    private static final int WAITING = 1_024;
    private static final int RETRY_AFTER_SECONDS = 5;

    private final @Nullable LanguageModel model;
    private final Duration deadline;
    private final ThreadPoolExecutor callers;

    PromptExpansion(ExpansionConfig expansion) {
        deadline = expansion.deadline();
        model = expansion.baseUrl().isEmpty() || expansion.model().isEmpty()
                ? null
                : new LanguageModel(
                        expansion.baseUrl().get().toString(),
                        expansion.apiKey().orElse(null),
                        expansion.model().get(),
                        deadline);
        callers = new ThreadPoolExecutor(
                expansion.concurrency(),
                expansion.concurrency(),
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                PromptExpansion::daemon);
        callers.allowCoreThreadTimeOut(true);
    }

    /**
     * Checks that prompts can be rewritten here.
     *
     * @throws ApiProblem 400 that names the parameter
     */
    public void requireConfigured(String param) {
        if (model == null) {
            throw ApiProblem.invalid(
                    param,
                    "%s: expected none, no language model is configured here. Whoever runs this server sets %s and %s."
                            .formatted(
                                    param, "ZOETROPE_GATEWAY_EXPANSION_BASE_URL", "ZOETROPE_GATEWAY_EXPANSION_MODEL"));
        }
    }

    /**
     * The captions of a job's prompts; those of a storyboard are asked for one by one, each with the whole story beside it.
     *
     * @return completes within the deadline, exceptionally with an {@link ApiProblem}: 400 when the story is too long or the model
     *     refuses, 429 when too many wait, 502 when what came is no caption, 503 when nothing came
     */
    public CompletionStage<Captions> captions(JobSpec spec) {
        Story story = Story.of(spec);
        if (story.length() > LONGEST_STORY) {
            return CompletableFuture.failedFuture(tooLong(story));
        }
        CompletableFuture<Captions> done = new CompletableFuture<>();
        Map<String, CompletableFuture<String>> asked = new LinkedHashMap<>();
        for (String shot : story.shots()) {
            asked.put(shot, ask(story, shot, done));
        }
        CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
                .whenComplete((all, failure) -> {
                    if (failure == null) {
                        done.complete(captions(asked));
                    }
                });
        return done.orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS).exceptionally(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            throw cause instanceof TimeoutException
                    ? LanguageModel.away()
                    : cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
        });
    }

    /** One failure is the whole story's: what still waits is not asked any more. */
    private CompletableFuture<String> ask(Story story, String shot, CompletableFuture<Captions> done) {
        try {
            CompletableFuture<String> caption = CompletableFuture.supplyAsync(
                    () -> done.isDone() ? "" : require(model).caption(story.system(), story.user(shot)), callers);
            caption.whenComplete((text, failure) -> {
                if (failure != null) {
                    done.completeExceptionally(failure);
                }
            });
            return caption;
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(
                    ApiProblem.tooMany("Too many prompts wait to be expanded. Try again later.", RETRY_AFTER_SECONDS));
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Captions captions(Map<String, CompletableFuture<String>> asked) {
        Map<String, String> captions = new LinkedHashMap<>();
        asked.forEach((shot, caption) -> captions.put(shot, caption.join()));
        return new Captions(captions);
    }

    private static ApiProblem tooLong(Story story) {
        String param = story.isStoryboard() ? "storyboard" : "prompt";
        return ApiProblem.invalid(
                param,
                "%s: expected at most %d characters beside expand_prompt, came %d"
                        .formatted(param, LONGEST_STORY, story.length()));
    }

    private static LanguageModel require(@Nullable LanguageModel model) {
        if (model == null) {
            throw new IllegalStateException("no language model is configured");
        }
        return model;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "prompt-expansion");
        thread.setDaemon(true);
        return thread;
    }

    @PreDestroy
    void close() {
        callers.shutdownNow();
        if (model != null) {
            model.close();
        }
    }
}
