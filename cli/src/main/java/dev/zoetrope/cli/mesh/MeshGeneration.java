package dev.zoetrope.cli.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import dev.zoetrope.cli.Asked;
import dev.zoetrope.cli.Failure;
import dev.zoetrope.cli.OptionNames;
import dev.zoetrope.cli.OutFile;
import dev.zoetrope.cli.ProgressBar;
import dev.zoetrope.cli.Task;
import dev.zoetrope.codec.preview.Preview;
import dev.zoetrope.contracts.request.CharacterReference;
import dev.zoetrope.contracts.request.ConnectVideos;
import dev.zoetrope.contracts.request.CreateCharacter;
import dev.zoetrope.contracts.request.EditVideo;
import dev.zoetrope.contracts.request.ExtendVideo;
import dev.zoetrope.contracts.request.GenerationRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Has a video or picture made through the gateway, and fetches it. */
public final class MeshGeneration {
    private static final Duration AWAY = Duration.ofSeconds(30);
    private static final long GLANCE_MILLIS = 300;
    private static final int PREVIEW_SIDE = 320;
    private static final int PREVIEW_RATE = 12;

    private final PrintStream out;
    private final ProgressBar bar;

    /** @param out where what is not the result is told: that the mesh starts */
    public MeshGeneration(PrintStream out, ProgressBar bar) {
        this.out = out;
        this.bar = bar;
    }

    /**
     * Starts the mesh where it does not run, has the video made, and saves it. Stopped before it is there, as by Ctrl-C, it
     * cancels the video.
     *
     * @param asked for a picture it has to have a seed, which the gateway does not tell
     * @param file where it goes; it is published
     * @return the seed
     * @throws IllegalArgumentException what is asked for cannot be made, or the gateway refuses it; the message is then its own
     * @throws IllegalStateException the mesh does not start, or the job fails
     */
    public long carryOut(Asked asked, OutFile file) throws IOException, InterruptedException {
        RunningMesh mesh = new Starter(Home.of(System.getenv()), out).up();
        GatewayClient gateway = new GatewayClient(mesh.gateway());
        try {
            GenerationRequest request = asked.request(() -> window(gateway, asked), kept(gateway, asked.task()));
            if (asked.isPicture()) {
                long seed = picture(gateway, request, file);
                file.publish();
                return seed;
            }
            return video(gateway, request, asked.task(), file);
        } catch (GatewayRefused e) {
            if (e.byRequest()) throw new IllegalArgumentException(e.getMessage(), e);
            throw e;
        }
    }

    private static Asked.Window window(GatewayClient gateway, Asked asked) throws IOException, InterruptedException {
        JsonNode model = gateway.get("/v1/models/" + asked.format().model());
        return new Asked.Window(
                model.path("frames").asInt(), model.path("temporal_factor").asInt());
    }

    /** The characters of the task, which are kept for it; null where there are none. */
    private static @Nullable List<CharacterReference> kept(GatewayClient gateway, Task task)
            throws IOException, InterruptedException {
        if (!(task instanceof Task.Create create) || create.characters().isEmpty()) return null;
        List<CharacterReference> kept = new ArrayList<>();
        for (Path character : create.characters()) {
            CreateCharacter request = new CreateCharacter("a character", Asked.upload(character));
            JsonNode answer = gateway.send("/v1/videos/characters", request);
            kept.add(new CharacterReference(answer.path("id").asText()));
        }
        return kept;
    }

    /** Leaves an animated WebP beside a video. */
    public static Path preview(Path video) {
        String name = video.getFileName().toString();
        int dot = name.lastIndexOf('.');
        Path webp = video.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".webp");
        Preview.animation(video, PREVIEW_SIDE, PREVIEW_RATE, webp);
        return webp;
    }

    private long picture(GatewayClient gateway, GenerationRequest request, OutFile file)
            throws IOException, InterruptedException {
        bar.show("making", 0, 1);
        JsonNode images = gateway.send("/v1/images/generations", request);
        bar.show("making", 1, 1);
        file.writePicture(
                Base64.getDecoder().decode(images.at("/data/0/b64_json").asText()));
        return Objects.requireNonNull(request.sampling().seed(), "a picture's seed");
    }

    private long video(GatewayClient gateway, GenerationRequest request, Task task, OutFile file)
            throws IOException, InterruptedException {
        JsonNode accepted = gateway.send(path(request), request);
        String id = accepted.path("id").asText();
        JsonNode video = made(gateway, accepted);
        if (video.path("status").asText().equals("failed")) {
            JsonNode error = video.path("error");
            throw new IllegalStateException(OptionNames.in(error.path("message").asText("the job failed"), task) + " ("
                    + error.path("code").asText() + ", " + id + ")");
        }
        try {
            gateway.download("/v1/videos/" + id + "/content", file.making());
            file.publish();
        } catch (IOException | GatewayRefused | IllegalStateException e) {
            throw new IllegalStateException(Failure.sentence(e) + "; " + goOn(gateway, id), e);
        }
        return video.path("seed").asLong();
    }

    private static String path(GenerationRequest video) {
        if (video instanceof ExtendVideo) return "/v1/videos/extensions";
        if (video instanceof ConnectVideos) return "/v1/videos/connections";
        return video instanceof EditVideo ? "/v1/videos/edits" : "/v1/videos";
    }

    private JsonNode made(GatewayClient gateway, JsonNode accepted) throws InterruptedException {
        String id = accepted.path("id").asText();
        try (CancelOnExit cancel = new CancelOnExit(gateway, id, out)) {
            return ended(gateway, accepted);
        } catch (IOException | GatewayRefused e) {
            throw new IllegalStateException(
                    Failure.sentence(e) + "; the mesh goes on with " + id + " when it runs: zoetrope up; then "
                            + goOn(gateway, id),
                    e);
        } finally {
            bar.finish();
        }
    }

    private static String goOn(GatewayClient gateway, String id) {
        return "the video can be had with: curl -o " + id + ".mp4 " + gateway.address("/v1/videos/" + id + "/content");
    }

    /** The video when it has ended. A gateway that goes away is waited for: it forgets no job. */
    private JsonNode ended(GatewayClient gateway, JsonNode accepted) throws IOException, InterruptedException {
        String path = "/v1/videos/" + accepted.path("id").asText() + "/events";
        Following following = new Following(accepted);
        long heard = System.nanoTime();
        while (!hasEnded(following.last)) {
            try {
                gateway.follow(path, following);
                heard = System.nanoTime();
            } catch (IOException e) {
                if (System.nanoTime() - heard > AWAY.toNanos()) throw e;
            }
            if (!hasEnded(following.last)) Thread.sleep(GLANCE_MILLIS);
        }
        return following.last;
    }

    private static boolean hasEnded(JsonNode video) {
        String status = video.path("status").asText();
        return status.equals("completed") || status.equals("failed");
    }

    /**
     * A video as it was last heard of, shown as one bar a stage, of what is done of the whole. Stages of several windows take turns;
     * a bar that was left does not come back.
     */
    private final class Following implements Predicate<JsonNode> {
        private final Set<String> seen = new HashSet<>();
        private String shown = "";
        private JsonNode last;

        Following(JsonNode accepted) {
            last = accepted;
            show();
        }

        /** Whether it has ended. */
        @Override
        public boolean test(JsonNode video) {
            last = video;
            show();
            return hasEnded(video);
        }

        private void show() {
            boolean ended = hasEnded(last);
            boolean queued = last.path("status").asText().equals("queued");
            String stage = queued ? "waiting" : last.path("stage").textValue();
            boolean next = stage != null && seen.add(stage);
            if (!shown.isEmpty() && (ended || next)) bar.show(shown, 100, 100);
            if (stage != null && next) shown = stage;
            if (!ended && !shown.isEmpty()) {
                bar.show(shown, Math.min(last.path("progress").asInt(), 99), 100);
            }
        }
    }
}
