package dev.zoetrope.gateway.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.zoetrope.contracts.Fact;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Jobs in the views topic. It is the gateways' own: what does not read is left out, and the facts tell it again. */
final class SnapshotCodec {
    private static final Logger LOG = Logger.getLogger(SnapshotCodec.class);
    private static final int VERSION = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();
    private static final ObjectReader READER = MAPPER.readerFor(Snapshot.class);

    private SnapshotCodec() {}

    /** A view with its end told apart by kind, since JSON has no sealed types. */
    private record Snapshot(
            int version,
            String id,
            Fact.@Nullable JobAccepted accepted,
            JobState state,
            Progress progress,
            @Nullable Instant startedAt,
            Fact.@Nullable JobCompleted completed,
            Fact.@Nullable JobFailed failed,
            Fact.@Nullable JobCancelled cancelled,
            Instant lastFactAt,
            int partition,
            long offset) {}

    static byte[] encode(JobView view) {
        Snapshot snapshot = new Snapshot(
                VERSION,
                view.id(),
                view.accepted(),
                view.state(),
                view.progress(),
                view.startedAt(),
                view.ended() instanceof Fact.JobCompleted fact ? fact : null,
                view.ended() instanceof Fact.JobFailed fact ? fact : null,
                view.ended() instanceof Fact.JobCancelled fact ? fact : null,
                view.lastFactAt(),
                view.partition(),
                view.offset());
        try {
            return MAPPER.writeValueAsBytes(snapshot);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a view was not writable: " + view.id(), e);
        }
    }

    /** The view; empty when the bytes are of another version. */
    static Optional<JobView> decode(byte[] bytes) {
        try {
            Snapshot snapshot = READER.readValue(bytes);
            return snapshot.version() == VERSION ? Optional.of(view(snapshot)) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            LOG.warnf(e, "A snapshot was not readable and is left out");
            return Optional.empty();
        }
    }

    private static JobView view(Snapshot snapshot) {
        Fact ended = snapshot.completed() != null
                ? snapshot.completed()
                : snapshot.failed() != null ? snapshot.failed() : snapshot.cancelled();
        return new JobView(
                snapshot.id(),
                snapshot.accepted(),
                snapshot.state(),
                snapshot.progress(),
                snapshot.startedAt(),
                ended,
                snapshot.lastFactAt(),
                snapshot.partition(),
                snapshot.offset());
    }
}
