package dev.zoetrope.cli.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zoetrope.cli.Failure;
import dev.zoetrope.cli.Task;
import dev.zoetrope.contracts.request.ConnectVideos;
import dev.zoetrope.contracts.request.CreateImages;
import dev.zoetrope.contracts.request.CreateVideo;
import dev.zoetrope.contracts.request.EditVideo;
import dev.zoetrope.contracts.request.ExtendVideo;
import dev.zoetrope.contracts.request.GenerationRequest;
import dev.zoetrope.contracts.request.Upload;
import dev.zoetrope.requests.FormPart;
import dev.zoetrope.requests.RequestReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The call of the public API that a wish is.
 *
 * @param fields in order; a {@link Path} is a file to upload
 */
public record Call(String path, Map<String, Object> fields) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Class<? extends GenerationRequest>> REQUESTS = Map.of(
            "/v1/videos", CreateVideo.class,
            "/v1/videos/extensions", ExtendVideo.class,
            "/v1/videos/connections", ConnectVideos.class,
            "/v1/videos/edits", EditVideo.class,
            "/v1/images/generations", CreateImages.class);

    /** What the gateway says of the model, where a default depends on it. */
    public interface Model {
        /** Its card. */
        JsonNode card() throws IOException, InterruptedException;
    }

    /** The call of a wish; the characters that it names are not in it, because they are kept by a call of their own. */
    public static Call of(Wish wish, Model model) throws IOException, InterruptedException {
        return new Writing(wish, model).call();
    }

    /** This with one more field. */
    Call with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new Call(path, more);
    }

    /**
     * What it asks for, as the gateway reads it.
     *
     * @throws dev.zoetrope.requests.RequestRefused that names the parameter
     */
    public GenerationRequest request() {
        List<FormPart> parts = new ArrayList<>();
        fields.forEach((name, value) -> parts.add(
                value instanceof Path file
                        ? new FormPart(
                                name,
                                null,
                                () -> new Upload("", "", file, file.toFile().length()))
                        : new FormPart(name, value.toString(), null)));
        return RequestReader.ofForm(parts, Objects.requireNonNull(REQUESTS.get(path)));
    }

    /** One wish on its way into fields. */
    private static final class Writing {
        private final Wish wish;
        private final Model model;
        private final Map<String, Object> fields = new LinkedHashMap<>();

        Writing(Wish wish, Model model) {
            this.wish = wish;
            this.model = model;
        }

        Call call() throws IOException, InterruptedException {
            put("prompt", wish.prompt());
            put("model", wish.model());
            put("size", wish.size());
            put("seed", wish.seed());
            put("steps", wish.steps());
            put("guidance", wish.guidance());
            put("negative_prompt", wish.negativePrompt());
            if (wish.isPicture()) {
                put("response_format", "b64_json");
                return new Call("/v1/images/generations", fields);
            }
            put("fps", wish.framesPerSecond());
            return new Call(task(), fields);
        }

        /** Puts what the task needs, and says where it is asked for. */
        private String task() throws IOException, InterruptedException {
            Task task = wish.task();
            if (task instanceof Task.Extend extend) {
                file("video", extend.video());
                put("direction", extend.backward() ? "backward" : null);
                put("frames", passage(0));
                return "/v1/videos/extensions";
            } else if (task instanceof Task.Loop loop) {
                file("video", loop.video());
                put("loop", true);
                put("frames", passage(1));
                return "/v1/videos/extensions";
            } else if (task instanceof Task.Connect connect) {
                file("from", connect.from());
                file("to", connect.to());
                put("frames", passage(1));
                return "/v1/videos/connections";
            } else if (task instanceof Task.Edit edit) {
                file("video", edit.video());
                put("strength", edit.strength());
                return "/v1/videos/edits";
            }
            Task.Create create = (Task.Create) task;
            file("input_reference", create.firstFrame());
            file("last_frame", create.lastFrame());
            put("frames", wish.frames());
            if (wish.storyboard() != null) put("storyboard", shots(wish.storyboard()));
            return "/v1/videos";
        }

        /** Frames of a passage: about half a window, less those that its end has of its own. */
        private int passage(int less) throws IOException, InterruptedException {
            if (wish.frames() != null) return wish.frames();
            JsonNode card = model.card();
            int factor = card.path("temporal_factor").asInt();
            return card.path("frames").asInt() / 2 / factor * factor - less;
        }

        private void put(String name, @Nullable Object value) {
            if (value != null) fields.put(name, value);
        }

        private void file(String name, @Nullable Path file) {
            if (file == null) return;
            fields.put(name, file);
        }

        private static JsonNode shots(Path file) {
            try {
                return JSON.readTree(file.toFile());
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "storyboard: expected a JSON array of shots in " + file + ", but it is none: "
                                + Failure.reason(e),
                        e);
            }
        }
    }
}
