package dev.zoetrope.gateway.planning;

import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.gateway.problems.ApiProblem;
import org.jspecify.annotations.Nullable;

/** Holds a plan against what its model offers: nothing is accepted that the model would refuse later. */
final class Capabilities {
    private final ModelCard card;

    private Capabilities(ModelCard card) {
        this.card = card;
    }

    /**
     * The plan itself.
     *
     * @throws ApiProblem 400 that names the parameter and what the model does not offer
     */
    static JobSpec checked(JobSpec spec, ModelCard card) {
        Capabilities model = new Capabilities(card);
        boolean image = spec.kind() == JobSpec.Kind.IMAGE;
        model.require(image ? card.image() : card.video(), "model", image ? "still pictures" : "videos");
        model.require(card.text(), "model", "what a prompt says");
        model.checkGiven(spec);
        return spec;
    }

    private void checkGiven(JobSpec spec) {
        Given given = spec.given();
        if (given.firstFrame() != null) require(card.givenFrames(), "input_reference", "videos from a first picture");
        if (given.lastFrame() != null) require(card.givenFrames(), "last_frame", "videos to a last picture");
        if (given.extension() != null) require(card.givenFrames(), "video", "videos from given frames");
        if (given.connection() != null) require(card.givenFrames(), "from", "videos between given frames");
        if (given.edit() != null) require(card.edit(), "video", "edits of a given video");
        if (given.loop()) require(card.continuation(), "loop", "loops");
        if (!given.characters().isEmpty()) require(card.references(), "characters", "videos of given characters");
        if (spec.segments().size() > 1) {
            require(
                    card.continuation(),
                    "seconds",
                    "videos of more than the %d frames of a window".formatted(card.frames()));
        }
        if (card.givenFrames() != null && card.givenFrames().required() && !startsOrEnds(given)) {
            throw ApiProblem.invalid(
                    "input_reference",
                    "input_reference: expected a picture, which the model '%s' needs, came none"
                            .formatted(card.name()));
        }
    }

    private static boolean startsOrEnds(Given given) {
        return given.firstFrame() != null
                || given.lastFrame() != null
                || given.extension() != null
                || given.connection() != null;
    }

    private void require(@Nullable Object capability, String param, String what) {
        if (capability == null) {
            throw ApiProblem.invalid(
                    param,
                    "%s: the model '%s' does not make %s; choose one of GET /v1/models"
                            .formatted(param, card.name(), what));
        }
    }
}
