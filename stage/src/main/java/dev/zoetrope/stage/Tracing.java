package dev.zoetrope.stage;

import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.messaging.Delivery;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One trace through all hops: the order's {@code traceparent} is the parent of the stage's span, and that span the parent of what
 * the stage hands on. Without a telemetry SDK the order's trace is passed on as it came.
 */
final class Tracing {
    private static final W3CTraceContextPropagator PROPAGATOR = W3CTraceContextPropagator.getInstance();

    private final Tracer tracer;

    Tracing(OpenTelemetry telemetry) {
        this.tracer = telemetry.getTracer("dev.zoetrope.stage");
    }

    StageSpan stage(Stage stage, Delivery delivery) {
        Context parent = PROPAGATOR.extract(Context.root(), delivery, new HeadersOfDelivery());
        Span span = tracer.spanBuilder(stage.label())
                .setParent(parent)
                .setSpanKind(SpanKind.CONSUMER)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.destination.name", stage.topic())
                .setAttribute("zoetrope.delivery", delivery.count())
                .startSpan();
        return new StageSpan(span, parent);
    }

    /** The span of one delivery. */
    static final class StageSpan {
        private final Span span;
        private final Context parent;

        private StageSpan(Span span, Context parent) {
            this.span = span;
            this.parent = parent;
        }

        Context context() {
            return parent.with(span);
        }

        void about(Order order) {
            span.setAttribute("zoetrope.job", order.job());
            span.setAttribute("zoetrope.segment", order.segment());
            span.setAttribute("zoetrope.attempt", order.attempt());
            span.setAttribute("zoetrope.model", order.spec().model());
        }

        void failed(Throwable cause) {
            span.recordException(cause);
            span.setStatus(StatusCode.ERROR);
        }

        void end() {
            span.end();
        }

        /** What follows belongs to this trace; null when there is none. */
        @Nullable
        String traceparent() {
            if (span.getSpanContext().isValid()) {
                Map<String, String> carrier = new HashMap<>();
                PROPAGATOR.inject(parent.with(span), carrier, (map, key, value) -> {
                    if (map != null) map.put(key, value);
                });
                return carrier.get(Delivery.TRACEPARENT);
            }
            return null;
        }
    }

    private static final class HeadersOfDelivery implements TextMapGetter<Delivery> {
        @Override
        public Iterable<String> keys(Delivery delivery) {
            return List.of(Delivery.TRACEPARENT);
        }

        @Override
        public @Nullable String get(@Nullable Delivery delivery, String key) {
            return delivery == null ? null : delivery.header(key);
        }
    }
}
