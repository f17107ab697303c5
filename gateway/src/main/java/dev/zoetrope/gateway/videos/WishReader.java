package dev.zoetrope.gateway.videos;

import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.gateway.GatewayConfig;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.expansion.PromptExpansion;
import dev.zoetrope.gateway.fields.Fields;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.webhooks.Courier;
import dev.zoetrope.gateway.webhooks.Endpoints;
import dev.zoetrope.planning.Wish;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a client asks for out of a request's fields. */
@Singleton
final class WishReader {
    static final int LONGEST_PROMPT = 32_000;

    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,4})x([1-9][0-9]{0,4})");
    private static final int LONGEST_NAME = 128;
    private static final int LONGEST_URL = 2_048;

    private final GatewayConfig.Limits limits;
    private final Courier courier;
    private final Endpoints endpoints;
    private final PromptExpansion expansion;

    WishReader(GatewayConfig config, Courier courier, Endpoints endpoints, PromptExpansion expansion) {
        limits = config.limits();
        this.expansion = expansion;
        this.courier = courier;
        this.endpoints = endpoints;
    }

    /**
     * The wish of the fields that every way of making a video has. The caller reads what else its call has, and then refuses
     * the rest.
     *
     * @throws ApiProblem 400 that names the field
     */
    Wish read(Fields fields, Task task, Owner owner) {
        return new Wish(
                fields.requiredText("prompt", 1, LONGEST_PROMPT),
                fields.text("model", 1, LONGEST_NAME),
                fields.seconds("seconds", limits.seconds()),
                size(fields),
                fields.integer("fps", 1, 120),
                fields.integer("frames", 1, limits.seconds() * 120 + 1),
                fields.integer("steps", 1, limits.steps()),
                fields.number("guidance", 1, 100),
                fields.text("negative_prompt", 0, LONGEST_PROMPT),
                fields.wholeNumber("seed", 0, Long.MAX_VALUE / 2),
                storyboard(fields),
                task,
                webhook(fields, owner),
                expandPrompt(fields));
    }

    /**
     * The wish of a video that is made out of others, whose model, size and rate it takes over.
     *
     * @param source null when the client brought the video, and then may say model, size and rate
     * @param hasSeconds whether the client says how much is new, in seconds or frames
     * @throws ApiProblem 400 that names the field
     */
    Wish readBeside(@Nullable JobSpec source, Fields fields, Task task, boolean hasSeconds, Owner owner) {
        return new Wish(
                fields.requiredText("prompt", 1, LONGEST_PROMPT),
                source == null ? fields.text("model", 1, LONGEST_NAME) : source.model(),
                hasSeconds ? fields.seconds("seconds", limits.seconds()) : null,
                source == null ? size(fields) : new Wish.Size(source.width(), source.height()),
                source == null ? fields.integer("fps", 1, 120) : Integer.valueOf(source.framesPerSecond()),
                hasSeconds ? fields.integer("frames", 1, limits.seconds() * 120 + 1) : null,
                fields.integer("steps", 1, limits.steps()),
                fields.number("guidance", 1, 100),
                fields.text("negative_prompt", 0, LONGEST_PROMPT),
                fields.wholeNumber("seed", 0, Long.MAX_VALUE / 2),
                List.of(),
                task,
                webhook(fields, owner),
                expandPrompt(fields));
    }

    /**
     * The wish of a still image.
     *
     * @throws ApiProblem 400 that names the field
     */
    Wish readImage(Fields fields) {
        return new Wish(
                fields.requiredText("prompt", 1, LONGEST_PROMPT),
                fields.text("model", 1, LONGEST_NAME),
                null,
                size(fields),
                null,
                null,
                fields.integer("steps", 1, limits.steps()),
                fields.number("guidance", 1, 100),
                fields.text("negative_prompt", 0, LONGEST_PROMPT),
                fields.wholeNumber("seed", 0, Long.MAX_VALUE / 2),
                List.of(),
                new Task.Image(),
                null,
                expandPrompt(fields));
    }

    private static Wish.@Nullable Size size(Fields fields) {
        String text = fields.text("size", 1, LONGEST_NAME);
        if (text == null) {
            return null;
        }
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw ApiProblem.invalid("size", "size: expected width x height such as 64x64, came " + text);
        }
        return new Wish.Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    private List<Wish.Shot> storyboard(Fields fields) {
        List<Wish.Shot> shots = new ArrayList<>();
        for (Fields entry : fields.objects("storyboard", limits.shots())) {
            BigDecimal seconds = entry.seconds("seconds", limits.seconds());
            if (seconds == null) {
                throw ApiProblem.missing(entry.at("seconds"));
            }
            Boolean cut = entry.bool("cut");
            shots.add(new Wish.Shot(entry.requiredText("prompt", 1, LONGEST_PROMPT), seconds, cut == null || cut));
            entry.refuseOthers();
        }
        return shots;
    }

    private boolean expandPrompt(Fields fields) {
        boolean asked = Boolean.TRUE.equals(fields.bool("expand_prompt"));
        if (asked) {
            expansion.requireConfigured(fields.at("expand_prompt"));
        }
        return asked;
    }

    private Fact.@Nullable Webhook webhook(Fields fields, Owner owner) {
        Fields webhook = fields.object("webhook");
        if (webhook == null) {
            return null;
        }
        Fact.Webhook read = new Fact.Webhook(
                webhook.requiredText("url", 1, LONGEST_URL), webhook.text("secret_id", 1, LONGEST_NAME));
        webhook.refuseOthers();
        courier.requireDeliverable(read.url(), webhook.at("url"));
        String secret = read.secretId();
        if (secret != null) {
            endpoints.requireSecret(owner, secret, webhook.at("secret_id"));
        }
        return read;
    }
}
