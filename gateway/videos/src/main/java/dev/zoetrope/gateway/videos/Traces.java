package dev.zoetrope.gateway.videos;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** The trace that a request belongs to, in the form of the W3C's {@code traceparent}. */
@Singleton
final class Traces {
    /** The current trace; a new one, not sampled, where nothing traces: a job's messages belong together in any case. */
    String current() {
        SpanContext span = Span.current().getSpanContext();
        if (span.isValid()) {
            return "00-%s-%s-%s"
                    .formatted(
                            span.getTraceId(),
                            span.getSpanId(),
                            span.getTraceFlags().asHex());
        }
        byte[] ids = new byte[24];
        RandomGenerator.getDefault().nextBytes(ids);
        String hex = HexFormat.of().formatHex(ids);
        return "00-%s-%s-00".formatted(hex.substring(0, 32), hex.substring(32));
    }
}
