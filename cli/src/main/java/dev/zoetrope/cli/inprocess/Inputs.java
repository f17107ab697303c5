package dev.zoetrope.cli.inprocess;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.cli.Asked;
import dev.zoetrope.cli.Task.Connect;
import dev.zoetrope.cli.Task.Create;
import dev.zoetrope.cli.Task.Edit;
import dev.zoetrope.cli.Task.Extend;
import dev.zoetrope.cli.Task.Loop;
import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.untrusted.CheckedMedia;
import dev.zoetrope.codec.untrusted.ImageReader;
import dev.zoetrope.codec.untrusted.UntrustedMediaReader;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The given files: looked at whole, as the gateway does, and taken into the store. */
final class Inputs {
    private final Artifacts artifacts;
    private final String job;
    private final VideoFormat format;
    private final Map<Role, Integer> lengths = new EnumMap<>(Role.class);

    /** @param format of the job */
    Inputs(Artifacts artifacts, String job, VideoFormat format) {
        this.artifacts = artifacts;
        this.job = job;
        this.format = format;
    }

    /**
     * What is to be made, with the files where the stages find them.
     *
     * @throws IllegalArgumentException that names the API's parameter whose file cannot be used
     */
    Task task(Asked asked) {
        dev.zoetrope.cli.Task task = asked.task();
        if (task instanceof Extend extend) {
            Task.Direction direction = extend.backward() ? Task.Direction.BACKWARD : Task.Direction.FORWARD;
            return new Task.Extend(video("video", extend.video(), Role.SOURCE), direction);
        } else if (task instanceof Connect connect) {
            return new Task.Connect(video("from", connect.from(), Role.FROM), video("to", connect.to(), Role.TO));
        } else if (task instanceof Loop loop) {
            return new Task.CloseLoop(video("video", loop.video(), Role.FROM, Role.TO));
        } else if (task instanceof Edit edit) {
            return new Task.Edit(video("video", edit.video(), Role.SOURCE), edit.strength());
        }
        Create create = (Create) task;
        return asked.isPicture() ? new Task.Image() : create(create);
    }

    private Task.Create create(Create create) {
        List<ArtifactRef> characters = new ArrayList<>();
        for (Path character : create.characters()) {
            characters.add(video("characters[" + characters.size() + "]", character, Role.CHARACTERS));
        }
        return new Task.Create(
                picture("input_reference", create.firstFrame()), picture("last_frame", create.lastFrame()), characters);
    }

    /** Frames of each given video at the job's rate. */
    Map<Role, Integer> lengths() {
        return lengths;
    }

    private ArtifactRef video(String parameter, Path file, Role... roles) {
        try {
            CheckedMedia checked =
                    UntrustedMediaReader.check(file, MediaTarget.of(format, Fit.COVER), MediaLimits.VIDEO);
            if (checked.description().still()) {
                throw new IllegalArgumentException(parameter + ": expected a video, came a still picture ("
                        + checked.description().container() + ")");
            }
            for (Role role : roles) lengths.put(role, Math.toIntExact(checked.frames()));
            return stored(parameter, file);
        } catch (MediaRefusedException e) {
            throw new IllegalArgumentException(parameter + ": " + e.getMessage(), e);
        }
    }

    private @Nullable ArtifactRef picture(String parameter, @Nullable Path file) {
        if (file == null) return null;
        try {
            ImageReader.check(file, MediaLimits.PICTURE);
            return stored(parameter, file);
        } catch (MediaRefusedException e) {
            throw new IllegalArgumentException(parameter + ": " + e.getMessage(), e);
        }
    }

    private ArtifactRef stored(String parameter, Path file) {
        return artifacts.putFile(ArtifactKeys.job(job) + "given/" + parameter + "/original", file);
    }
}
