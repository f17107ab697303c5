package dev.zoetrope.gateway.videos;

import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.contracts.request.CreateImages;
import dev.zoetrope.contracts.request.CreateVideo;
import dev.zoetrope.contracts.request.FrameSize;
import dev.zoetrope.contracts.request.Sampling;
import dev.zoetrope.contracts.request.Shot;
import dev.zoetrope.contracts.request.VideoRequest;
import dev.zoetrope.contracts.request.Webhook;
import dev.zoetrope.gateway.GatewayConfig;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.expansion.PromptExpansion;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.webhooks.Courier;
import dev.zoetrope.gateway.webhooks.Endpoints;
import dev.zoetrope.planning.Wish;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request asks the planner for; its webhook and its wish for better prompts are checked against what there is. */
@Singleton
final class Wishes {
    private final GatewayConfig.Limits limits;
    private final Courier courier;
    private final Endpoints endpoints;
    private final PromptExpansion expansion;

    Wishes(GatewayConfig config, Courier courier, Endpoints endpoints, PromptExpansion expansion) {
        limits = config.limits();
        this.courier = courier;
        this.endpoints = endpoints;
        this.expansion = expansion;
    }

    /** @throws ApiProblem 400 that names the parameter */
    Wish of(CreateVideo request, Task task, Owner owner) {
        return wish(request, request.model(), size(request.size()), request.fps(), storyboard(request), task, owner);
    }

    /**
     * The wish of a video that is made out of others, whose model, size and rate it takes over.
     *
     * @param source null when the client brought the video, and then may say model, size and rate
     * @throws ApiProblem 400 that names the parameter
     */
    Wish beside(@Nullable JobSpec source, VideoRequest request, Task task, Owner owner) {
        if (source == null) {
            return wish(request, request.model(), size(request.size()), request.fps(), List.of(), task, owner);
        }
        requireNone("model", request.model());
        requireNone("size", request.size());
        requireNone("fps", request.fps());
        Wish.Size size = new Wish.Size(source.width(), source.height());
        return wish(request, source.model(), size, source.framesPerSecond(), List.of(), task, owner);
    }

    /** @throws ApiProblem 400 that names the parameter */
    Wish of(CreateImages request) {
        Sampling sampling = request.sampling();
        return new Wish(
                request.prompt(),
                request.model(),
                null,
                size(request.size()),
                null,
                null,
                sampling.steps(),
                sampling.guidance(),
                sampling.negativePrompt(),
                sampling.seed(),
                List.of(),
                new Task.Image(),
                null,
                expandPrompt(request.expandPrompt()));
    }

    private Wish wish(
            VideoRequest request,
            @Nullable String model,
            Wish.@Nullable Size size,
            @Nullable Integer fps,
            List<Wish.Shot> storyboard,
            Task task,
            Owner owner) {
        Sampling sampling = request.sampling();
        return new Wish(
                request.prompt(),
                model,
                request.seconds(),
                size,
                fps,
                request.frames(),
                sampling.steps(),
                sampling.guidance(),
                sampling.negativePrompt(),
                sampling.seed(),
                storyboard,
                task,
                webhook(request.webhook(), owner),
                expandPrompt(request.expandPrompt()));
    }

    private static void requireNone(String param, @Nullable Object value) {
        if (value != null) {
            throw ApiProblem.invalid(
                    param,
                    "%s: expected none beside a completed video, whose own it is, came %s".formatted(param, value));
        }
    }

    private static Wish.@Nullable Size size(@Nullable String text) {
        if (text == null) return null;
        FrameSize size = FrameSize.of(text);
        return new Wish.Size(size.width(), size.height());
    }

    private List<Wish.Shot> storyboard(CreateVideo request) {
        List<Shot> shots = request.storyboard();
        if (shots == null) return List.of();
        if (shots.size() > limits.shots()) {
            throw ApiProblem.invalid(
                    "storyboard",
                    "storyboard: expected 1 to %d entries, came %d".formatted(limits.shots(), shots.size()));
        }
        return shots.stream()
                .map(shot -> new Wish.Shot(shot.prompt(), shot.seconds(), !Boolean.FALSE.equals(shot.cut())))
                .toList();
    }

    private boolean expandPrompt(@Nullable Boolean asked) {
        if (!Boolean.TRUE.equals(asked)) return false;
        expansion.requireConfigured("expand_prompt");
        return true;
    }

    private Fact.@Nullable Webhook webhook(@Nullable Webhook webhook, Owner owner) {
        if (webhook == null) return null;
        courier.requireDeliverable(webhook.url(), "webhook.url");
        String secret = webhook.secretId();
        if (secret != null) endpoints.requireSecret(owner, secret, "webhook.secret_id");
        return new Fact.Webhook(webhook.url(), secret);
    }
}
