package dev.zoetrope.cli.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;

/** {@code zoetrope status}; its exit code is 0 when the mesh is ready, 3 when nothing runs, 4 when it is not ready. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Says whether the services run and are ready, and what they are doing.")
public final class StatusCommand implements Callable<Integer> {
    private static final int NOTHING_RUNS = 3;
    private static final int NOT_READY = 4;
    private static final int JOBS_LOOKED_AT = 100;

    @Override
    public Integer call() throws Exception {
        Optional<RunningMesh> running = RunningMesh.of(Home.of(System.getenv()));
        if (running.isEmpty()) {
            System.out.println("nothing runs; start with: zoetrope up");
            return NOTHING_RUNS;
        }
        RunningMesh mesh = running.get();
        GatewayClient gateway = new GatewayClient(mesh.gateway());
        boolean ready = gateway.isReady();
        line("state", ready ? "ready" : "not ready");
        line("gateway", mesh.gateway() + "   (browse " + mesh.gateway() + "/q/swagger-ui)");
        line(
                "process",
                mesh.process().pid() + ", up " + spoken(mesh.age())
                        + memory(mesh.process().pid()));
        line("broker", mesh.kafka());
        line("store", mesh.store());
        line("data", mesh.data().toString());
        if (!ready) return NOT_READY;
        line("models", ids(gateway.get("/v1/models")));
        line("videos", videos(gateway.get("/v1/videos?limit=" + JOBS_LOOKED_AT)));
        return 0;
    }

    private static void line(String what, String value) {
        System.out.printf("%-8s %s%n", what, value);
    }

    private static String ids(JsonNode list) {
        return StreamSupport.stream(list.path("data").spliterator(), false)
                .map(model -> model.path("id").asText())
                .collect(Collectors.joining(", "));
    }

    private static String videos(JsonNode list) {
        Map<String, Integer> counts = new TreeMap<>();
        list.path("data").forEach(video -> counts.merge(video.path("status").asText(), 1, Integer::sum));
        if (counts.isEmpty()) return "none yet";
        String text = counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey().replace('_', ' '))
                .collect(Collectors.joining(", "));
        return list.path("has_more").asBoolean() ? text + "   (of the last " + JOBS_LOOKED_AT + ")" : text;
    }

    private static String spoken(Duration age) {
        if (age.toHours() > 0) return age.toHours() + " h " + age.toMinutesPart() + " min";
        if (age.toMinutes() > 0) return age.toMinutes() + " min " + age.toSecondsPart() + " s";
        return age.toSeconds() + " s";
    }

    /** Where Linux tells it. */
    private static String memory(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> ", " + Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MiB")
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
