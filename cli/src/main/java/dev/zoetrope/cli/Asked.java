package dev.zoetrope.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zoetrope.contracts.request.CharacterReference;
import dev.zoetrope.contracts.request.ConnectVideos;
import dev.zoetrope.contracts.request.CreateImages;
import dev.zoetrope.contracts.request.CreateVideo;
import dev.zoetrope.contracts.request.EditVideo;
import dev.zoetrope.contracts.request.ExtendVideo;
import dev.zoetrope.contracts.request.Format;
import dev.zoetrope.contracts.request.GenerationRequest;
import dev.zoetrope.contracts.request.ImageReference;
import dev.zoetrope.contracts.request.Sampling;
import dev.zoetrope.contracts.request.Shot;
import dev.zoetrope.contracts.request.Upload;
import dev.zoetrope.contracts.request.VideoReference;
import dev.zoetrope.requests.RequestReader;
import dev.zoetrope.requests.RequestRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the options ask for; what is null is the model's own.
 *
 * @param frames to make; 1 is a picture
 * @param storyboard a file with a JSON array of shots, instead of frames
 */
public record Asked(
        Task task,
        String prompt,
        Format format,
        @Nullable Integer frames,
        Sampling sampling,
        @Nullable Path storyboard) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Window ANY = new Window(1 << 10, 1);

    /**
     * What a default depends on.
     *
     * @param frames of the model's window
     * @param temporalFactor pixel frames that a latent stands for
     */
    public record Window(int frames, int temporalFactor) {}

    /** Says the window of the model, asked only where it is needed. */
    public interface Model {
        /** Its window. */
        Window window() throws IOException, InterruptedException;
    }

    /** Whether it is a picture that is made. */
    public boolean isPicture() {
        return task instanceof Task.Create && frames != null && frames == 1;
    }

    /**
     * Refuses what no model can make.
     *
     * @throws IllegalArgumentException that names the parameter
     */
    void check() throws IOException, InterruptedException {
        request(() -> ANY, null);
    }

    /**
     * The call of the API that asks for it.
     *
     * @param characters that are kept for it
     * @throws IllegalArgumentException that names the parameter that the call does not admit
     */
    public GenerationRequest request(Model model, @Nullable List<CharacterReference> characters)
            throws IOException, InterruptedException {
        try {
            return RequestReader.checked(made(model, characters));
        } catch (RequestRefused e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private GenerationRequest made(Model model, @Nullable List<CharacterReference> characters)
            throws IOException, InterruptedException {
        if (isPicture()) {
            CreateImages.ResponseFormat bytes = CreateImages.ResponseFormat.B64_JSON;
            return new CreateImages(prompt, format.model(), null, format.size(), bytes, sampling, null, null);
        } else if (task instanceof Task.Extend extend) {
            ExtendVideo.Direction direction = extend.backward() ? ExtendVideo.Direction.BACKWARD : null;
            VideoReference video = video(extend.video());
            return new ExtendVideo(
                    prompt, video, null, passage(model, 0), null, direction, format, sampling, null, null);
        } else if (task instanceof Task.Loop loop) {
            VideoReference video = video(loop.video());
            return new ExtendVideo(prompt, video, null, passage(model, 1), true, null, format, sampling, null, null);
        } else if (task instanceof Task.Connect connect) {
            VideoReference from = video(connect.from());
            VideoReference to = video(connect.to());
            return new ConnectVideos(prompt, from, to, null, passage(model, 1), format, sampling, null, null);
        } else if (task instanceof Task.Edit edit) {
            return new EditVideo(prompt, video(edit.video()), edit.strength(), format, sampling, null, null);
        }
        Task.Create create = (Task.Create) task;
        return new CreateVideo(
                prompt,
                format,
                null,
                picture(create.firstFrame()),
                picture(create.lastFrame()),
                frames,
                sampling,
                null,
                shots(),
                characters,
                null,
                null);
    }

    /** Frames of a passage: about half a window, less those that its end has of its own. */
    private int passage(Model model, int less) throws IOException, InterruptedException {
        if (frames != null) return frames;
        Window window = model.window();
        int factor = window.temporalFactor();
        return window.frames() / 2 / factor * factor - less;
    }

    private @Nullable List<Shot> shots() {
        if (storyboard == null) return null;
        try {
            ObjectNode body = JSON.createObjectNode().put("prompt", "of the shots");
            byte[] json = JSON.writeValueAsBytes(body.set("storyboard", JSON.readTree(storyboard.toFile())));
            return RequestReader.ofJson(json, CreateVideo.class).storyboard();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "storyboard: expected a JSON array of shots in " + storyboard + ", but it is none: "
                            + Failure.reason(e),
                    e);
        }
    }

    private static VideoReference video(Path file) {
        return new VideoReference(null, upload(file));
    }

    private static @Nullable ImageReference picture(@Nullable Path file) {
        return file == null ? null : new ImageReference(null, null, upload(file));
    }

    /** A file as it is sent. */
    public static Upload upload(Path file) {
        return new Upload(file.getFileName().toString(), "", file, file.toFile().length());
    }
}
