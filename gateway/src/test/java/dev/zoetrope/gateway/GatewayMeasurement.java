package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Latency of POST and rate of GET with 50 clients, in one process with broker, store and clients. Not among the tests, because it
 * says something only on a machine that does nothing else: {@code -Dtest=GatewayMeasurement}.
 */
@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
@TestProfile(GatewayMeasurement.WithoutEnd.class)
class GatewayMeasurement {
    /** Nobody works on what is posted here, and far more is posted than may wait. */
    public static final class WithoutEnd implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("zoetrope.gateway.limits.queued", "1000000");
        }
    }

    private static final int CLIENTS = 50;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(8);

    @TestHTTPResource
    URI base;

    @Test
    void posts_and_gets_with_fifty_clients() throws Exception {
        Client client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
        HttpRequest post = HttpRequest.newBuilder(base.resolve("/v1/videos"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"prompt\": \"a red ball\"}"))
                .build();
        String id = client.post("/v1/videos", "{\"prompt\": \"a\"}")
                .json()
                .get("id")
                .asText();
        HttpRequest get =
                HttpRequest.newBuilder(base.resolve("/v1/videos/" + id)).build();
        measure("GET", get);
        measure("POST", post);
    }

    private static void measure(String what, HttpRequest request) throws Exception {
        load(request, WARM_UP);
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long processorTime = machine.getProcessCpuTime();
        List<Long> nanos = load(request, MEASURED).stream().sorted().toList();
        System.out.printf(
                "%s: %.0f a second, median %.1f ms, 99th percentile %.1f ms, processor time %.2f ms%n",
                what,
                nanos.size() / (double) MEASURED.toSeconds(),
                nanos.get(nanos.size() / 2) / 1e6,
                nanos.get(nanos.size() * 99 / 100) / 1e6,
                (machine.getProcessCpuTime() - processorTime) / 1e6 / nanos.size());
    }

    private static List<Long> load(HttpRequest request, Duration duration) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        long until = System.nanoTime() + duration.toNanos();
        List<Callable<List<Long>>> loops = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            loops.add(() -> {
                List<Long> taken = new ArrayList<>();
                while (System.nanoTime() < until) {
                    long began = System.nanoTime();
                    assertThat(http.send(request, BodyHandlers.discarding()).statusCode())
                            .isEqualTo(200);
                    taken.add(System.nanoTime() - began);
                }
                return taken;
            });
        }
        List<Long> all = new ArrayList<>();
        for (Future<List<Long>> loop : clients.invokeAll(loops)) {
            all.addAll(loop.get());
        }
        clients.shutdown();
        return all;
    }
}
