package dev.zoetrope.gateway.media;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.artifacts.StoreUnavailable;
import dev.zoetrope.codec.CodecException;
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
import dev.zoetrope.contracts.request.ImageReference;
import dev.zoetrope.contracts.request.Upload;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Takes in what a request brings, looks at it, and stores it with the job. */
@Singleton
public final class InputMedia {
    private static final Logger LOG = Logger.getLogger(InputMedia.class);
    private static final long PATIENCE_SECONDS = 60;

    /** Each decodes on one core, in up to as much memory as the limits say. */
    private final Semaphore turns = new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    private final Artifacts artifacts;
    private final StoredFiles files;
    private final RemoteFiles remote;

    InputMedia(Artifacts artifacts, StoredFiles files, RemoteFiles remote) {
        this.artifacts = artifacts;
        this.files = files;
        this.remote = remote;
    }

    /**
     * A picture: an upload, or {@code {file_id}} or {@code {image_url}}.
     *
     * @return null when there is none
     * @throws ApiProblem that names the field when it is no picture that can be used
     */
    public @Nullable ArtifactRef picture(
            @Nullable ImageReference reference, String name, String job, Role role, Owner owner) {
        if (reference == null) return null;
        if (reference.upload() != null) return picture(reference.upload().file(), name, job, role);
        String fileId = reference.fileId();
        String url = reference.imageUrl();
        if ((fileId == null) == (url == null)) {
            throw ApiProblem.invalid(
                    name,
                    "%s: expected either file_id or image_url, came %s"
                            .formatted(name, url == null ? "neither" : "both"));
        }
        Path copy = scratch();
        try {
            if (fileId == null) {
                write(copy, remote.fetch(String.valueOf(url), name + ".image_url"));
            } else {
                download(files.require(owner, fileId, name + ".file_id").content(), copy, name);
            }
            return picture(copy, name, job, role);
        } finally {
            copy.toFile().delete();
        }
    }

    private ArtifactRef picture(Path file, String param, String job, Role role) {
        vetted(param, () -> ImageReader.check(file, MediaLimits.PICTURE));
        return stored(() -> artifacts.putFile(key(job, role), file));
    }

    private static Path scratch() {
        try {
            return Files.createTempFile("given", null);
        } catch (IOException e) {
            LOG.warn("There is no room for given media", e);
            throw ApiProblem.unavailable("The media could not be looked at. Try again.");
        }
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            LOG.warn("There is no room for given media", e);
            throw ApiProblem.unavailable("The media could not be looked at. Try again.");
        }
    }

    /** What is too large is not fetched to find that out. */
    private void download(ArtifactRef ref, Path file, String param) {
        long most = MediaLimits.PICTURE.maxBytes();
        if (ref.bytes() > most) {
            throw ApiProblem.invalid(
                    param, "%s: expected a picture of at most %d bytes, came %d".formatted(param, most, ref.bytes()));
        }
        stored(() -> {
            artifacts.download(ref, file);
            return file;
        });
    }

    /** Stores an upload with the job. */
    public ArtifactRef store(Upload upload, String job, Role role) {
        return stored(() -> artifacts.putFile(key(job, role), upload.file()));
    }

    /**
     * How many frames of a format an uploaded video has. All of it is decoded, as the job's worker will.
     *
     * @throws ApiProblem that names the parameter when it is no video that can be used
     */
    public int frames(Upload upload, String param, VideoFormat format) {
        MediaTarget target = MediaTarget.of(format, Fit.COVER);
        CheckedMedia checked =
                inTurn(() -> vetted(param, () -> UntrustedMediaReader.check(upload.file(), target, MediaLimits.VIDEO)));
        if (checked.description().still()) {
            throw ApiProblem.invalid(
                    param,
                    "%s: expected a video, came a still picture (%s)"
                            .formatted(param, checked.description().container()));
        }
        return Math.toIntExact(checked.frames());
    }

    private <T> T inTurn(Supplier<T> decoding) {
        try {
            if (!turns.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw ApiProblem.unavailable("Too many videos are looked at already. Try again.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiProblem.unavailable("The gateway stops. Try again.");
        }
        try {
            return decoding.get();
        } finally {
            turns.release();
        }
    }

    private static String key(String job, Role role) {
        return ArtifactKeys.job(job) + "given/" + role.label() + "/original";
    }

    private static <T> T vetted(String param, Supplier<T> look) {
        try {
            return look.get();
        } catch (MediaRefusedException e) {
            throw ApiProblem.invalid(param, "%s: %s".formatted(param, e.getMessage()));
        } catch (CodecException e) {
            LOG.warn("Given media could not be looked at", e);
            throw ApiProblem.unavailable("The media could not be looked at. Try again.");
        }
    }

    private static <T> T stored(Supplier<T> call) {
        try {
            return call.get();
        } catch (StoreUnavailable e) {
            throw ApiProblem.unavailable("The object store is away. Try again.");
        }
    }
}
