package dev.zoetrope.gateway.videos;

import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.fields.Fields;
import dev.zoetrope.gateway.fields.Upload;
import dev.zoetrope.gateway.jobs.JobView;
import dev.zoetrope.gateway.media.GivenMedia;
import dev.zoetrope.gateway.planning.Plan;
import dev.zoetrope.gateway.planning.Planner;
import dev.zoetrope.gateway.planning.Wish;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.videos.Videos.Origin;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
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
    private final Planner planner;
    private final Characters characters;

    VideoMaking(Videos videos, WishReader wishes, GivenMedia media, Planner planner, Characters characters) {
        this.videos = videos;
        this.wishes = wishes;
        this.media = media;
        this.planner = planner;
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
        List<ArtifactRef> people = characters.read(fields, origin.owner());
        // Planned with what stands for the pictures first: a wish that cannot be made brings nothing into the store.
        Wish draft = wishes.read(fields, pictures(opens, closes, loop, people), origin.owner());
        fields.upload("input_reference");
        fields.upload("last_frame");
        fields.refuseOthers();
        planner.video(draft, videos.model(draft.model()));
        videos.refuseWhenFull();
        Given given = new Given(
                media.picture(fields, "input_reference", job, Given.Role.FIRST_FRAME, origin.owner()),
                media.picture(fields, "last_frame", job, Given.Role.LAST_FRAME, origin.owner()),
                null,
                null,
                null,
                loop,
                people);
        return videos.create(job, draft.with(given), origin);
    }

    private static Given pictures(boolean opens, boolean closes, boolean loop, List<ArtifactRef> people) {
        return new Given(opens ? PLACEHOLDER : null, closes ? PLACEHOLDER : null, null, null, null, loop, people);
    }

    /** A completed video's structure after another prompt. */
    CompletionStage<JobView> remix(String id, Fields fields, Origin origin) {
        JobView source = videos.requireCompleted(id, origin.owner(), "id");
        Given given = edited(video(source), REMIX_STRENGTH);
        Wish wish = wishes.readBeside(source.spec(), fields, given, false, origin.owner());
        fields.refuseOthers();
        ModelOffered model = videos.model(wish.model());
        Plan plan = planner.edit(wish, model, source.spec().framesPerSecond(), frames(source));
        videos.refuseWhenFull();
        return videos.accept(origin.job(), plan, wish, origin);
    }

    /** A video changed by a prompt. */
    CompletionStage<JobView> edit(Fields fields, Origin origin) {
        Double said = fields.number("strength", 0, 1);
        double strength = said == null ? DEFAULT_STRENGTH : said;
        return besideOne(
                fields,
                origin,
                false,
                ref -> edited(ref, strength),
                (wish, source) ->
                        planner.edit(wish, videos.model(wish.model()), source.framesPerSecond(), source.frames()));
    }

    /** A video gone on from, or led up to, or gone on from until its own start. */
    CompletionStage<JobView> extend(Fields fields, Origin origin) {
        String said = fields.oneOf("direction", Set.of("forward", "backward"));
        Given.Direction direction = "backward".equals(said) ? Given.Direction.BACKWARD : Given.Direction.FORWARD;
        if (Boolean.TRUE.equals(fields.bool("loop"))) {
            if (direction == Given.Direction.BACKWARD) {
                throw ApiProblem.invalid("direction", "direction: expected none beside loop, came backward");
            }
            return besideOne(fields, origin, true, Given::loopOf, (wish, source) -> {
                ModelOffered model = videos.model(wish.model());
                return planner.connection(wish, model, source.framesPerSecond(), source.frames(), source.frames());
            });
        }
        return besideOne(
                fields,
                origin,
                true,
                ref -> new Given(null, null, null, new Given.Extension(ref, direction), null, false, List.of()),
                (wish, source) ->
                        planner.extension(wish, videos.model(wish.model()), source.framesPerSecond(), source.frames()));
    }

    /** Two videos joined by a passage. */
    CompletionStage<JobView> connect(Fields fields, Origin origin) {
        String job = origin.job();
        Source from = source(fields, "from", origin.owner());
        Source to = source(fields, "to", origin.owner());
        JobSpec like = from.spec() == null ? to.spec() : from.spec();
        requireAlike(from.spec(), to.spec());
        Wish draft = wishes.readBeside(like, fields, connection(PLACEHOLDER, PLACEHOLDER), true, origin.owner());
        fields.refuseOthers();
        ModelOffered model = videos.model(draft.model());
        VideoFormat format = format(draft, model);
        videos.refuseWhenFull();
        Plan plan = planner.connection(
                draft, model, rate(draft, model), from.frames(media, "from", format), to.frames(media, "to", format));
        Given given = connection(
                from.stored(media, job, Given.Role.FROM, "from"), to.stored(media, job, Given.Role.TO, "to"));
        return videos.accept(job, plan.with(given), draft, origin);
    }

    private CompletionStage<JobView> besideOne(
            Fields fields,
            Origin origin,
            boolean hasSeconds,
            Function<ArtifactRef, Given> given,
            BiFunction<Wish, Measured, Plan> planning) {
        String job = origin.job();
        Source source = source(fields, "video", origin.owner());
        Wish draft = wishes.readBeside(source.spec(), fields, given.apply(PLACEHOLDER), hasSeconds, origin.owner());
        fields.refuseOthers();
        ModelOffered model = videos.model(draft.model());
        VideoFormat format = format(draft, model);
        videos.refuseWhenFull();
        Plan plan = planning.apply(draft, new Measured(rate(draft, model), source.frames(media, "video", format)));
        Given stored = given.apply(source.stored(media, job, Given.Role.SOURCE, "video"));
        return videos.accept(job, plan.with(stored), draft, origin);
    }

    /** A given video at the job's rate. */
    private record Measured(int framesPerSecond, int frames) {}

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

        ArtifactRef stored(GivenMedia media, String job, Given.Role role, String param) {
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

    private VideoFormat format(Wish wish, ModelOffered model) {
        Wish.Size size = planner.size(wish.size(), model);
        return VideoFormat.of(size.width(), size.height(), rate(wish, model));
    }

    private static int rate(Wish wish, ModelOffered model) {
        Integer fps = wish.fps();
        return fps == null ? model.framesPerSecond() : fps;
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

    private static Given edited(ArtifactRef ref, double strength) {
        return new Given(null, null, new Given.Edit(ref, strength), null, null, false, List.of());
    }

    private static Given connection(ArtifactRef from, ArtifactRef to) {
        return new Given(null, null, null, null, new Given.Connection(from, to), false, List.of());
    }

    private static final ArtifactRef PLACEHOLDER = ArtifactRef.file("not-stored-yet", 0, "0".repeat(64));
}
