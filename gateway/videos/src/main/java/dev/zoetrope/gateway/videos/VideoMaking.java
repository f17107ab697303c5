package dev.zoetrope.gateway.videos;

import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.contracts.request.ConnectVideos;
import dev.zoetrope.contracts.request.CreateVideo;
import dev.zoetrope.contracts.request.EditVideo;
import dev.zoetrope.contracts.request.ExtendVideo;
import dev.zoetrope.contracts.request.GenerationRequest;
import dev.zoetrope.contracts.request.ImageReference;
import dev.zoetrope.contracts.request.RemixVideo;
import dev.zoetrope.contracts.request.Upload;
import dev.zoetrope.contracts.request.VideoReference;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.jobs.JobView;
import dev.zoetrope.gateway.media.InputMedia;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.videos.Videos.Origin;
import dev.zoetrope.planning.Plan;
import dev.zoetrope.planning.Resolved;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The ways to make a video. Each is admitted, planned with what is given, and accepted. Waits: call it on a thread that may. */
@Singleton
final class VideoMaking {
    private static final double REMIX_STRENGTH = 0.85;

    private final Videos videos;
    private final Admission admission;
    private final InputMedia media;
    private final Plans plans;
    private final Characters characters;

    VideoMaking(Videos videos, Admission admission, InputMedia media, Plans plans, Characters characters) {
        this.videos = videos;
        this.admission = admission;
        this.media = media;
        this.plans = plans;
        this.characters = characters;
    }

    /** A video from text, with pictures for its ends where they are given. */
    CompletionStage<JobView> create(CreateVideo request, Origin origin) {
        String job = origin.job();
        boolean loop = Boolean.TRUE.equals(request.loop());
        ImageReference opening = request.inputReference();
        ImageReference closing = request.lastFrame();
        if (loop && request.characters() != null) {
            throw ApiProblem.invalid(
                    "characters", "characters: expected none beside loop, which has no start to stand before");
        }
        if (loop && (opening != null || closing != null)) {
            throw ApiProblem.invalid("loop", "loop: expected no given first or last frame beside it");
        }
        ModelOffered model = admission.admit(request, null, origin.owner());
        List<ArtifactRef> people = characters.of(request, origin.owner());
        // Planned with what stands for the pictures first: what cannot be made brings nothing into the store.
        Task placeholder = loop
                ? new Task.Loop()
                : new Task.Create(opening == null ? null : PLACEHOLDER, closing == null ? null : PLACEHOLDER, people);
        Plan plan = plans.of(request, new Resolved(placeholder, model));
        Task task = loop
                ? placeholder
                : new Task.Create(
                        media.picture(opening, "input_reference", job, Role.FIRST_FRAME, origin.owner()),
                        media.picture(closing, "last_frame", job, Role.LAST_FRAME, origin.owner()),
                        people);
        return videos.accept(plan.with(task), request, origin);
    }

    /** A completed video's structure after another prompt. */
    CompletionStage<JobView> remix(String id, RemixVideo request, Origin origin) {
        JobView source = videos.requireCompleted(id, origin.owner(), "id");
        Task task = new Task.Edit(video(source), REMIX_STRENGTH);
        JobSpec like = source.spec();
        ModelOffered model = admission.admit(request, like, origin.owner());
        Plan plan = plans.of(request, new Resolved(task, model, like, Map.of(Role.SOURCE, frames(source))));
        return videos.accept(plan, request, origin);
    }

    /** A video changed by a prompt. */
    CompletionStage<JobView> edit(EditVideo request, Origin origin) {
        double strength = Objects.requireNonNullElse(request.strength(), EditVideo.DEFAULT_STRENGTH);
        return besideOne(request, request.video(), origin, video -> new Task.Edit(video, strength));
    }

    /** A video gone on from, or led up to, or gone on from until its own start. */
    CompletionStage<JobView> extend(ExtendVideo request, Origin origin) {
        Task.Direction direction = request.direction() == ExtendVideo.Direction.BACKWARD
                ? Task.Direction.BACKWARD
                : Task.Direction.FORWARD;
        if (Boolean.TRUE.equals(request.loop())) {
            if (direction == Task.Direction.BACKWARD) {
                throw ApiProblem.invalid("direction", "direction: expected none beside loop, came backward");
            }
            return besideOne(request, request.video(), origin, Task.CloseLoop::new);
        }
        return besideOne(request, request.video(), origin, video -> new Task.Extend(video, direction));
    }

    /** Two videos joined by a passage. */
    CompletionStage<JobView> connect(ConnectVideos request, Origin origin) {
        String job = origin.job();
        Source from = source(request.from(), "from", origin.owner());
        Source to = source(request.to(), "to", origin.owner());
        JobSpec like = from.spec() == null ? to.spec() : from.spec();
        requireAlike(from.spec(), to.spec());
        ModelOffered model = admission.admit(request, like, origin.owner());
        Resolved resolved = new Resolved(new Task.Connect(PLACEHOLDER, PLACEHOLDER), model, like, Map.of());
        VideoFormat format = plans.format(request, resolved);
        Map<Role, Integer> lengths =
                Map.of(Role.FROM, from.frames(media, "from", format), Role.TO, to.frames(media, "to", format));
        Plan plan = plans.of(request, resolved.with(lengths));
        Task task = new Task.Connect(from.stored(media, job, Role.FROM, "from"), to.stored(media, job, Role.TO, "to"));
        return videos.accept(plan.with(task), request, origin);
    }

    private CompletionStage<JobView> besideOne(
            GenerationRequest request, VideoReference video, Origin origin, Function<ArtifactRef, Task> task) {
        String job = origin.job();
        Source source = source(video, "video", origin.owner());
        Task placeholder = task.apply(PLACEHOLDER);
        JobSpec like = source.spec();
        ModelOffered model = admission.admit(request, like, origin.owner());
        Resolved resolved = new Resolved(placeholder, model, like, Map.of());
        VideoFormat format = plans.format(request, resolved);
        int frames = source.frames(media, "video", format);
        Map<Role, Integer> lengths = new EnumMap<>(Role.class);
        placeholder.files().keySet().forEach(role -> lengths.put(role, frames));
        Plan plan = plans.of(request, resolved.with(lengths));
        Task stored = task.apply(source.stored(media, job, Role.SOURCE, "video"));
        return videos.accept(plan.with(stored), request, origin);
    }

    /** A video that is given: one made here, or an upload. */
    private record Source(@Nullable JobView made, @Nullable Upload upload) {
        @Nullable
        JobSpec spec() {
            return made == null ? null : made.spec();
        }

        /** As many as the job's worker will read. */
        int frames(InputMedia media, String param, VideoFormat format) {
            return upload == null ? VideoMaking.frames(made) : media.frames(upload, param, format);
        }

        ArtifactRef stored(InputMedia media, String job, Role role, String param) {
            if (made != null) {
                return video(made);
            }
            if (upload == null) {
                throw ApiProblem.missing(param);
            }
            return media.store(upload, job, role);
        }
    }

    private Source source(VideoReference reference, String param, Owner owner) {
        if (reference.upload() != null) return new Source(null, reference.upload());
        String id = reference.id();
        if (id == null) throw ApiProblem.missing(param + ".id");
        return new Source(videos.requireCompleted(id, owner, param + ".id"), null);
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
