package dev.zoetrope.stage;

import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Stage;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;

/** What a stage measures; the names are listed in the module's README. */
final class StageMetrics {
    private final MeterRegistry registry;

    StageMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void waited(Order order, double seconds) {
        registry.timer("zoetrope.queue.wait", "stage", order.stage().label())
                .record((long) (Math.max(0, seconds) * 1e9), TimeUnit.NANOSECONDS);
    }

    void completed(Order order, double seconds, long bytesWritten) {
        registry.timer(
                        "zoetrope.stage",
                        "stage",
                        order.stage().label(),
                        "model",
                        order.spec().model())
                .record((long) (seconds * 1e9), TimeUnit.NANOSECONDS);
        bytes(order.stage(), "out", bytesWritten);
    }

    void read(Stage stage, long bytes) {
        bytes(stage, "in", bytes);
    }

    private void bytes(Stage stage, String direction, long bytes) {
        registry.counter("zoetrope.artifact.bytes", "stage", stage.label(), "direction", direction)
                .increment(bytes);
    }

    void failed(Stage stage, ProblemCode code) {
        registry.counter("zoetrope.failures", "stage", stage.label(), "code", code.code())
                .increment();
    }

    void reissued(Stage stage, String reason) {
        registry.counter("zoetrope.orders.reissued", "stage", stage.label(), "reason", reason)
                .increment();
    }
}
