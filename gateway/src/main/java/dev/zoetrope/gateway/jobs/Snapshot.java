package dev.zoetrope.gateway.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.zoetrope.contracts.Fact;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A job as it lies in the views topic: a head of fixed size, which the board needs, then the view as JSON, which is read when it is
 * asked for. The format is the gateways' own; a snapshot of another version is left out, and the facts tell it again.
 *
 * <pre>
 * version 1 | state 1 | accepted at, ms, -1 for not 8 | last fact at, ms 8 | partition 4 | offset 8 | JSON
 * </pre>
 */
final class Snapshot implements KeptJob {
    private static final Logger LOG = Logger.getLogger(Snapshot.class);
    private static final byte VERSION = 1;
    private static final int HEAD = 30;
    private static final long NOT_ACCEPTED = -1;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();
    private static final ObjectReader READER = MAPPER.readerFor(Body.class);

    private final String id;
    private final byte[] bytes;
    private final ByteBuffer head;

    private Snapshot(String id, byte[] bytes) {
        this.id = id;
        this.bytes = bytes;
        this.head = ByteBuffer.wrap(bytes);
    }

    /** What the head does not say; the end told apart by kind, since JSON has no sealed types. */
    private record Body(
            Fact.@Nullable JobAccepted accepted,
            Progress progress,
            @Nullable Instant startedAt,
            Fact.@Nullable JobCompleted completed,
            Fact.@Nullable JobFailed failed,
            Fact.@Nullable JobCancelled cancelled,
            @Nullable Set<String> settled) {}

    /** The bytes of a job. */
    static byte[] encode(KeptJob job) {
        if (job instanceof Snapshot snapshot) {
            return snapshot.bytes;
        }
        JobView view = job.view();
        Fact ended = view.ended();
        Body body = new Body(
                view.accepted(),
                view.progress(),
                view.startedAt(),
                ended instanceof Fact.JobCompleted fact ? fact : null,
                ended instanceof Fact.JobFailed fact ? fact : null,
                ended instanceof Fact.JobCancelled fact ? fact : null,
                view.settled().isEmpty() ? null : view.settled());
        Instant acceptedAt = view.acceptedAt();
        try {
            byte[] json = MAPPER.writeValueAsBytes(body);
            return ByteBuffer.allocate(HEAD + json.length)
                    .put(VERSION)
                    .put((byte) view.state().ordinal())
                    .putLong(acceptedAt == null ? NOT_ACCEPTED : acceptedAt.toEpochMilli())
                    .putLong(view.lastFactAt().toEpochMilli())
                    .putInt(view.partition())
                    .putLong(view.offset())
                    .put(json)
                    .array();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a view was not writable: " + view.id(), e);
        }
    }

    /** The job that the bytes say; empty when they are of another version or damaged. */
    static Optional<KeptJob> decode(String id, byte[] bytes) {
        boolean sound =
                bytes.length > HEAD && bytes[0] == VERSION && bytes[1] >= 0 && bytes[1] < JobState.values().length;
        if (!sound) {
            LOG.warnf("A snapshot is of another version and is left out: job=%s", id);
            return Optional.empty();
        }
        Snapshot snapshot = new Snapshot(id, bytes);
        return snapshot.state().ended() ? Optional.of(snapshot) : Optional.of(snapshot.view());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public JobState state() {
        return JobState.values()[bytes[1]];
    }

    @Override
    public @Nullable Instant acceptedAt() {
        long millis = head.getLong(2);
        return millis == NOT_ACCEPTED ? null : Instant.ofEpochMilli(millis);
    }

    @Override
    public Instant lastFactAt() {
        return Instant.ofEpochMilli(head.getLong(10));
    }

    @Override
    public int partition() {
        return head.getInt(18);
    }

    @Override
    public long offset() {
        return head.getLong(22);
    }

    @Override
    public JobView view() {
        try {
            Body body = READER.readValue(bytes, HEAD, bytes.length - HEAD);
            Fact ended = body.completed() != null
                    ? body.completed()
                    : body.failed() != null ? body.failed() : body.cancelled();
            return new JobView(
                    id,
                    body.accepted(),
                    state(),
                    body.progress(),
                    body.startedAt(),
                    ended,
                    body.settled() == null ? Set.of() : body.settled(),
                    lastFactAt(),
                    partition(),
                    offset());
        } catch (IOException e) {
            throw new IllegalStateException("a snapshot was not readable: " + id, e);
        }
    }
}
