package dev.zoetrope.gateway.videos;

import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.fields.Fields;
import dev.zoetrope.gateway.fields.Upload;
import dev.zoetrope.gateway.jobs.JobView;
import dev.zoetrope.gateway.media.GivenMedia;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.videos.Videos.Origin;
import dev.zoetrope.planning.Plan;
import dev.zoetrope.planning.Wish;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The ways to make a video. Each reads its fields, takes in what is given, plans, and accepts. Waits: call it on a thread that may. */
@Singleton
final class VideoMaking {
    private static final double DEFAULT_STRENGTH = 0.7;
    private static final double REMIX_STRENGTH = 0.85;
    private static final int LONGEST_ID = 128;

    private final Videos videos;
    private final WishReader wishes;
    private final GivenMedia media;
    private final Plans plans;
    private final Characters characters;

    VideoMaking(Videos videos, WishReader wishes, GivenMedia media, Plans plans, Characters characters) {
        this.videos = videos;
        this.wishes = wishes;
        this.media = media;
        this.plans = plans;
        this.characters = characters;
    }

    /** A video from text, with pictures for its ends where they are given. */
    CompletionStage<JobView> create(Fields fields, Origin origin) {
        String job = origin.job();
        boolean loop = Boolean.TRUE.equals(fields.bool("loop"));
        boolean opens = fields.has("input_reference");
        boolean closes = fields.has("last_frame");
        if (loop && fields.has("characters")) {
            throw ApiProblem.invalid(
                    "characters", "characters: expected none beside loop, which has no start to stand before");
        }
        if (loop && (opens || closes)) {
            throw ApiProblem.invalid("loop", "loop: expected no given first or last frame beside it");
        }
        List<ArtifactRef> people = characters.read(fields, origin.owner());
        // Planned with what stands for the pictures first: a wish that cannot be made brings nothing into the store.
        Task placeholder = loop
                ? new Task.Loop()
                : new Task.Create(opens ? PLACEHOLDER : null, closes ? PLACEHOLDER : null, people);
        Wish draft = wishes.read(fields, placeholder, origin.owner());
        fields.upload("input_reference");
        fields.upload("last_frame");
        fields.refuseOthers();
        plans.of(draft, videos.model(draft.model()));
        videos.refuseWhenFull();
        Task task = loop
                ? placeholder
                : new Task.Create(
                        media.picture(fields, "input_reference", job, Role.FIRST_FRAME, origin.owner()),
                        media.picture(fields, "last_frame", job, Role.LAST_FRAME, origin.owner()),
                        people);
        return videos.create(job, draft.with(task), origin);
    }

    /** A completed video's structure after another prompt. */
    CompletionStage<JobView> remix(String id, Fields fields, Origin origin) {
        JobView source = videos.requireCompleted(id, origin.owner(), "id");
        Task task = new Task.Edit(video(source), REMIX_STRENGTH);
        Wish wish = wishes.readBeside(source.spec(), fields, task, false, origin.owner());
        fields.refuseOthers();
        Plan plan = plans.of(wish, videos.model(wish.model()), Map.of(Role.SOURCE, frames(source)));
        videos.refuseWhenFull();
        return videos.accept(origin.job(), plan, wish, origin);
    }

    /** A video changed by a prompt. */
    CompletionStage<JobView> edit(Fields fields, Origin origin) {
        Double said = fields.number("strength", 0, 1);
        double strength = said == null ? DEFAULT_STRENGTH : said;
        return besideOne(fields, origin, false, video -> new Task.Edit(video, strength));
    }

    /** A video gone on from, or led up to, or gone on from until its own start. */
    CompletionStage<JobView> extend(Fields fields, Origin origin) {
        String said = fields.oneOf("direction", Set.of("forward", "backward"));
        Task.Direction direction = "backward".equals(said) ? Task.Direction.BACKWARD : Task.Direction.FORWARD;
        if (Boolean.TRUE.equals(fields.bool("loop"))) {
            if (direction == Task.Direction.BACKWARD) {
                throw ApiProblem.invalid("direction", "direction: expected none beside loop, came backward");
            }
            return besideOne(fields, origin, true, Task.CloseLoop::new);
        }
        return besideOne(fields, origin, true, video -> new Task.Extend(video, direction));
    }

    /** Two videos joined by a passage. */
    CompletionStage<JobView> connect(Fields fields, Origin origin) {
        String job = origin.job();
        Source from = source(fields, "from", origin.owner());
        Source to = source(fields, "to", origin.owner());
        JobSpec like = from.spec() == null ? to.spec() : from.spec();
        requireAlike(from.spec(), to.spec());
        Wish draft = wishes.readBeside(like, fields, new Task.Connect(PLACEHOLDER, PLACEHOLDER), true, origin.owner());
        fields.refuseOthers();
        ModelOffered model = videos.model(draft.model());
        VideoFormat format = plans.format(draft, model);
        videos.refuseWhenFull();
        Map<Role, Integer> lengths =
                Map.of(Role.FROM, from.frames(media, "from", format), Role.TO, to.frames(media, "to", format));
        Plan plan = plans.of(draft, model, lengths);
        Task task = new Task.Connect(from.stored(media, job, Role.FROM, "from"), to.stored(media, job, Role.TO, "to"));
        return videos.accept(job, plan.with(task), draft, origin);
    }

    private CompletionStage<JobView> besideOne(
            Fields fields, Origin origin, boolean hasSeconds, Function<ArtifactRef, Task> task) {
        String job = origin.job();
        Source source = source(fields, "video", origin.owner());
        Task placeholder = task.apply(PLACEHOLDER);
        Wish draft = wishes.readBeside(source.spec(), fields, placeholder, hasSeconds, origin.owner());
        fields.refuseOthers();
        ModelOffered model = videos.model(draft.model());
        VideoFormat format = plans.format(draft, model);
        videos.refuseWhenFull();
        int frames = source.frames(media, "video", format);
        Map<Role, Integer> lengths = new EnumMap<>(Role.class);
        placeholder.files().keySet().forEach(role -> lengths.put(role, frames));
        Plan plan = plans.of(draft, model, lengths);
        Task stored = task.apply(source.stored(media, job, Role.SOURCE, "video"));
        return videos.accept(job, plan.with(stored), draft, origin);
    }

    /** A video that is given: one made here, or an upload. */
    private record Source(@Nullable JobView made, @Nullable Upload upload) {
        @Nullable
        JobSpec spec() {
            return made == null ? null : made.spec();
        }

        /** As many as the job's worker will read. */
        int frames(GivenMedia media, String param, VideoFormat format) {
            return upload == null ? VideoMaking.frames(made) : media.frames(upload, param, format);
        }

        ArtifactRef stored(GivenMedia media, String job, Role role, String param) {
            if (made != null) {
                return video(made);
            }
            if (upload == null) {
                throw ApiProblem.missing(param);
            }
            return media.store(upload, job, role);
        }
    }

    private Source source(Fields fields, String name, Owner owner) {
        Upload upload = fields.upload(name);
        if (upload != null) {
            return new Source(null, upload);
        }
        Fields reference = fields.object(name);
        if (reference == null) {
            throw ApiProblem.missing(fields.at(name));
        }
        String id = reference.requiredText("id", 1, LONGEST_ID);
        reference.refuseOthers();
        return new Source(videos.requireCompleted(id, owner, reference.at("id")), null);
    }

    private static void requireAlike(@Nullable JobSpec from, @Nullable JobSpec to) {
        if (from == null || to == null) {
            return;
        }
        boolean alike = from.width() == to.width()
                && from.height() == to.height()
                && from.framesPerSecond() == to.framesPerSecond();
        if (!alike) {
            throw ApiProblem.invalid(
                    "to",
                    "to: expected a video of %dx%d at %d frames a second as from is, came %dx%d at %d"
                            .formatted(
                                    from.width(),
                                    from.height(),
                                    from.framesPerSecond(),
                                    to.width(),
                                    to.height(),
                                    to.framesPerSecond()));
        }
    }

    private static int frames(@Nullable JobView view) {
        Fact.JobCompleted completed = view == null ? null : view.completed();
        return completed == null ? 0 : completed.frames();
    }

    private static ArtifactRef video(JobView view) {
        Fact.JobCompleted completed = view.completed();
        ArtifactRef ref = completed == null ? null : completed.video();
        if (ref == null) {
            throw new IllegalStateException("job " + view.id() + " has no video");
        }
        return ref;
    }

    private static final ArtifactRef PLACEHOLDER = ArtifactRef.file("not-stored-yet", 0, "0".repeat(64));
}
