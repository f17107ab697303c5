package dev.zoetrope.cli.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zoetrope.cli.ProgressBar;
import dev.zoetrope.codec.Preview;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Has a video made through the gateway, and fetches it. */
public final class MeshGeneration {
    private static final long GLANCE_MILLIS = 150;
    private static final int PREVIEW_SIDE = 320;
    private static final int PREVIEW_RATE = 12;

    private final PrintStream out;
    private final ProgressBar bar;

    /** @param out where what is not the result is told: that the mesh starts */
    public MeshGeneration(PrintStream out, ProgressBar bar) {
        this.out = out;
        this.bar = bar;
    }

    /** What to make; what is null is the model's own. */
    public record Wish(
            String prompt,
            String model,
            @Nullable String size,
            @Nullable Integer frames,
            @Nullable Integer framesPerSecond,
            @Nullable Long seed,
            @Nullable Integer steps,
            @Nullable Double guidance,
            @Nullable String negativePrompt) {
        JsonNode json() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("prompt", prompt).put("model", model);
            if (size != null) json.put("size", size);
            if (frames != null) json.put("frames", frames);
            if (framesPerSecond != null) json.put("fps", framesPerSecond);
            if (seed != null) json.put("seed", seed);
            if (steps != null) json.put("steps", steps);
            if (guidance != null) json.put("guidance", guidance);
            if (negativePrompt != null) json.put("negative_prompt", negativePrompt);
            return json;
        }
    }

    /** What was made. */
    public record Made(String id, long seed) {}

    /**
     * Starts the mesh where it does not run, has the video made, and saves it.
     *
     * @param file an MP4
     * @throws IllegalArgumentException the gateway refuses the wish
     * @throws IllegalStateException the mesh does not start, or the job fails
     */
    public Made carryOut(Wish wish, Path file) throws IOException, InterruptedException {
        RunningMesh mesh = new Starter(Home.of(System.getenv()), out).up();
        GatewayClient gateway = new GatewayClient(mesh.gateway());
        JsonNode video;
        try {
            video = gateway.post("/v1/videos", wish.json());
        } catch (GatewayRefused e) {
            if (e.byRequest()) throw new IllegalArgumentException(e.getMessage(), e);
            throw e;
        }
        video = finished(gateway, video);
        String id = video.path("id").asText();
        gateway.download("/v1/videos/" + id + "/content", file);
        return new Made(id, video.path("seed").asLong());
    }

    /** Leaves an animated WebP beside a video. */
    public static Path preview(Path video) {
        String name = video.getFileName().toString();
        int dot = name.lastIndexOf('.');
        Path webp = video.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".webp");
        Preview.animation(video, PREVIEW_SIDE, PREVIEW_RATE, webp);
        return webp;
    }

    private JsonNode finished(GatewayClient gateway, JsonNode accepted) throws IOException, InterruptedException {
        String path = "/v1/videos/" + accepted.path("id").asText();
        JsonNode video = accepted;
        String shown = "";
        while (true) {
            String status = video.path("status").asText();
            String stage =
                    status.equals("queued") ? "waiting" : video.path("stage").asText("");
            if (stage.equals("null")) stage = "";
            boolean ended = status.equals("completed") || status.equals("failed");
            if (!shown.isEmpty() && (ended || !stage.equals(shown))) bar.show(shown, 100, 100);
            if (ended) break;
            if (!stage.isEmpty())
                bar.show(stage, Math.min(video.path("progress").asInt(), 99), 100);
            shown = stage;
            Thread.sleep(GLANCE_MILLIS);
            video = gateway.get(path);
        }
        bar.finish();
        if (video.path("status").asText().equals("failed")) {
            JsonNode error = video.path("error");
            throw new IllegalStateException(error.path("message").asText("the job failed") + " ("
                    + error.path("code").asText() + ")");
        }
        return video;
    }
}
