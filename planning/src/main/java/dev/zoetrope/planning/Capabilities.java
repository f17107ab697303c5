package dev.zoetrope.planning;

import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.Task;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds a plan against what its model offers: nothing is accepted that the model would refuse later. */
final class Capabilities implements Task.Cases<Void> {
    private final JobSpec spec;
    private final ModelCard card;

    private Capabilities(JobSpec spec, ModelCard card) {
        this.spec = spec;
        this.card = card;
    }

    /**
     * The plan itself.
     *
     * @throws PlanRefused that names the parameter and what the model does not offer
     */
    static JobSpec checked(JobSpec spec, ModelCard card) {
        Capabilities model = new Capabilities(spec, card);
        boolean image = spec.makesImage();
        model.require(image ? card.image() : card.video(), "model", image ? "still pictures" : "videos");
        model.require(card.text(), "model", "what a prompt says");
        spec.task().match(model);
        model.checkSegments();
        return spec;
    }

    @Override
    public Void image(Task.Image task) {
        return none();
    }

    @Override
    public Void create(Task.Create task) {
        Set<Role> given = task.files().keySet();
        if (given.contains(Role.FIRST_FRAME)) {
            require(card.givenFrames(), "input_reference", "videos from a first picture");
        }
        if (given.contains(Role.LAST_FRAME)) require(card.givenFrames(), "last_frame", "videos to a last picture");
        if (given.contains(Role.CHARACTERS)) require(card.references(), "characters", "videos of given characters");
        return given.contains(Role.FIRST_FRAME) || given.contains(Role.LAST_FRAME) ? done() : none();
    }

    @Override
    public Void loop(Task.Loop task) {
        require(card.continuation(), "loop", "loops");
        return none();
    }

    @Override
    public Void extend(Task.Extend task) {
        require(card.givenFrames(), "video", "videos from given frames");
        return done();
    }

    @Override
    public Void connect(Task.Connect task) {
        require(card.givenFrames(), "from", "videos between given frames");
        return done();
    }

    @Override
    public Void closeLoop(Task.CloseLoop task) {
        require(card.givenFrames(), "from", "videos between given frames");
        require(card.continuation(), "loop", "loops");
        return done();
    }

    @Override
    public Void edit(Task.Edit task) {
        require(card.edit(), "video", "edits of a given video");
        return none();
    }

    /** The task has no frame that it starts or ends with. */
    private Void none() {
        if (card.givenFrames() != null && card.givenFrames().required()) {
            throw new PlanRefused(
                    "input_reference", "a picture, which the model '%s' needs".formatted(card.name()), "none");
        }
        return done();
    }

    @SuppressWarnings("NullAway")
    private static Void done() {
        return null;
    }

    private void checkSegments() {
        if (spec.segments().size() > 1) {
            require(
                    card.continuation(),
                    "seconds",
                    "videos of more than the %d frames of a window".formatted(card.frames()));
        }
    }

    private void require(@Nullable Object capability, String parameter, String what) {
        if (capability == null) {
            throw new PlanRefused(
                    parameter,
                    "a model that makes " + what,
                    "'%s', which does not make %s; choose one of GET /v1/models".formatted(card.name(), what));
        }
    }
}
