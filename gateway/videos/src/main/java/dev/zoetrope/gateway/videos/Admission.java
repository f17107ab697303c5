package dev.zoetrope.gateway.videos;

import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.request.Format;
import dev.zoetrope.contracts.request.GenerationRequest;
import dev.zoetrope.contracts.request.Shot;
import dev.zoetrope.contracts.request.Webhook;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.expansion.PromptExpansion;
import dev.zoetrope.gateway.jobs.JobBoard;
import dev.zoetrope.gateway.models.ModelCatalogue;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.webhooks.Endpoints;
import dev.zoetrope.gateway.webhooks.WebhookSender;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request may become a job, whichever way it came: what this gateway offers, what the owner has, how long the queue is. Asked
 * once, before the request is planned and before anything that it brings is looked at.
 */
@Singleton
final class Admission {
    private static final int RETRY_AFTER_SECONDS = 10;

    private final VideosConfig config;
    private final ModelCatalogue models;
    private final JobBoard board;
    private final PromptExpansion expansion;
    private final WebhookSender sender;
    private final Endpoints endpoints;

    Admission(
            VideosConfig config,
            ModelCatalogue models,
            JobBoard board,
            PromptExpansion expansion,
            WebhookSender sender,
            Endpoints endpoints) {
        this.config = config;
        this.models = models;
        this.board = board;
        this.expansion = expansion;
        this.sender = sender;
        this.endpoints = endpoints;
    }

    /**
     * Admits a request.
     *
     * @param like the completed video beside which it is made, whose model, size and rate it takes over; null where there is none
     * @return the model that makes it
     * @throws ApiProblem 400 that names the parameter, 404 or 503 when nobody serves the model, 429 when too many jobs wait
     */
    ModelOffered admit(GenerationRequest request, @Nullable JobSpec like, Owner owner) {
        if (like != null) requireNone(request.format());
        requireShots(request.storyboard());
        requireDeliverable(request.webhook(), owner);
        if (Boolean.TRUE.equals(request.expandPrompt())) expansion.requireConfigured("expand_prompt");
        ModelOffered model = model(like == null ? request.format().model() : like.model());
        if (board.waiting() >= config.limits().queued()) {
            throw ApiProblem.tooMany(
                    "%d jobs wait already. Try again later.".formatted(board.waiting()), RETRY_AFTER_SECONDS);
        }
        return model;
    }

    private static void requireNone(Format format) {
        requireNone("model", format.model());
        requireNone("size", format.size());
        requireNone("fps", format.fps());
    }

    private static void requireNone(String param, @Nullable Object value) {
        if (value != null) {
            throw ApiProblem.invalid(
                    param,
                    "%s: expected none beside a completed video, whose own it is, came %s".formatted(param, value));
        }
    }

    private void requireShots(@Nullable List<Shot> storyboard) {
        int most = config.limits().shots();
        if (storyboard != null && storyboard.size() > most) {
            throw ApiProblem.invalid(
                    "storyboard", "storyboard: expected 1 to %d entries, came %d".formatted(most, storyboard.size()));
        }
    }

    private void requireDeliverable(@Nullable Webhook webhook, Owner owner) {
        if (webhook == null) return;
        sender.requireDeliverable(webhook.url(), "webhook.url");
        if (webhook.secretId() != null) endpoints.requireSecret(owner, webhook.secretId(), "webhook.secret_id");
    }

    /** The model of the name, or the default one. */
    private ModelOffered model(@Nullable String name) {
        if (name != null) return models.require(name);
        List<ModelOffered> all = models.all();
        if (all.isEmpty()) throw ApiProblem.unavailable("No worker serves a model now. Try again.");
        boolean onlyOther =
                all.size() == 1 && models.find(config.defaultModel()).isEmpty();
        return onlyOther ? all.get(0) : models.require(config.defaultModel());
    }
}
