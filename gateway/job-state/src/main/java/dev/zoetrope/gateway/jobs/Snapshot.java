package dev.zoetrope.gateway.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Fact;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A job as it lies in the views topic: a head, which the board needs, then the view as JSON, which is read when it is asked for. The
 * format is the gateways' own; a snapshot of another version is left out, and the facts tell it again.
 *
 * <pre>
 * version 1 | the facts' versions, summed up 1 | accepted at, ms, -1 for not 8 | last fact at, ms 8 | partition 4 | offset 8
 *   | length of the state's name 1 | the state's name | JSON
 * </pre>
 */
final class Snapshot implements KeptJob {
    private static final byte VERSION = 2;
    /** Another sum says that a kind of fact has a new version, or that there is a new kind, which other releases have skipped. */
    private static final byte FACTS = (byte)
            Codec.FACTS.types().keySet().stream().mapToInt(Codec::version).sum();

    private static final int ACCEPTED_AT = 2;
    private static final int LAST_FACT_AT = 10;
    private static final int PARTITION = 18;
    private static final int OFFSET = 22;
    private static final int NAME_LENGTH = 30;
    private static final int NAME = 31;
    private static final long NOT_ACCEPTED = -1;

    private static final Map<String, JobState> STATES =
            Arrays.stream(JobState.values()).collect(Collectors.toMap(JobState::label, Function.identity()));
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();
    private static final ObjectReader READER = MAPPER.readerFor(Body.class);

    private final String id;
    private final JobState state;
    private final byte[] bytes;
    private final ByteBuffer head;

    private Snapshot(String id, JobState state, byte[] bytes) {
        this.id = id;
        this.state = state;
        this.bytes = bytes;
        this.head = ByteBuffer.wrap(bytes);
    }

    /** What the head does not say; facts as the contracts write them. */
    private record Body(
            @Nullable JsonNode accepted,
            Progress progress,
            @Nullable Instant startedAt,
            @Nullable JsonNode ended,
            @Nullable Set<String> settled) {}

    /** A {@link Body} with facts that are JSON already. */
    private record Written(
            @JsonRawValue @Nullable String accepted,
            Progress progress,
            @Nullable Instant startedAt,
            @JsonRawValue @Nullable String ended,
            @Nullable Set<String> settled) {}

    /** The bytes of a job. */
    static byte[] encode(KeptJob job) {
        if (job instanceof Snapshot snapshot) {
            return snapshot.bytes;
        }
        JobView view = job.view();
        Written body = new Written(
                json(view.accepted()),
                view.progress(),
                view.startedAt(),
                json(view.ended()),
                view.settled().isEmpty() ? null : view.settled());
        Instant acceptedAt = view.acceptedAt();
        byte[] name = view.state().label().getBytes(StandardCharsets.US_ASCII);
        try {
            byte[] json = MAPPER.writeValueAsBytes(body);
            return ByteBuffer.allocate(NAME + name.length + json.length)
                    .put(VERSION)
                    .put(FACTS)
                    .putLong(acceptedAt == null ? NOT_ACCEPTED : acceptedAt.toEpochMilli())
                    .putLong(view.lastFactAt().toEpochMilli())
                    .putInt(view.partition())
                    .putLong(view.offset())
                    .put((byte) name.length)
                    .put(name)
                    .put(json)
                    .array();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a view was not writable: " + view.id(), e);
        }
    }

    private static @Nullable String json(@Nullable Fact fact) {
        return fact == null ? null : new String(Codec.FACTS.encode(fact), StandardCharsets.UTF_8);
    }

    /** The job that the bytes say; empty when they are of another version or damaged. */
    static Optional<KeptJob> decode(String id, byte[] bytes) {
        boolean current = bytes.length > NAME
                && bytes[0] == VERSION
                && bytes[1] == FACTS
                && bytes.length > NAME + bytes[NAME_LENGTH];
        JobState state =
                current ? STATES.get(new String(bytes, NAME, bytes[NAME_LENGTH], StandardCharsets.US_ASCII)) : null;
        if (state == null) {
            return Optional.empty();
        }
        Snapshot snapshot = new Snapshot(id, state, bytes);
        return state.ended() ? Optional.of(snapshot) : Optional.of(snapshot.view());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public JobState state() {
        return state;
    }

    @Override
    public @Nullable Instant acceptedAt() {
        long millis = head.getLong(ACCEPTED_AT);
        return millis == NOT_ACCEPTED ? null : Instant.ofEpochMilli(millis);
    }

    @Override
    public Instant lastFactAt() {
        return Instant.ofEpochMilli(head.getLong(LAST_FACT_AT));
    }

    @Override
    public int partition() {
        return head.getInt(PARTITION);
    }

    @Override
    public long offset() {
        return head.getLong(OFFSET);
    }

    @Override
    public JobView view() {
        try {
            int at = NAME + bytes[NAME_LENGTH];
            Body body = READER.readValue(bytes, at, bytes.length - at);
            return new JobView(
                    id,
                    (Fact.JobAccepted) fact(body.accepted()),
                    state,
                    body.progress(),
                    body.startedAt(),
                    fact(body.ended()),
                    body.settled() == null ? Set.of() : body.settled(),
                    lastFactAt(),
                    partition(),
                    offset());
        } catch (IOException e) {
            throw new IllegalStateException("a snapshot was not readable: " + id, e);
        }
    }

    private static @Nullable Fact fact(@Nullable JsonNode json) throws IOException {
        return json == null || json.isNull() ? null : Codec.FACTS.decode(MAPPER.writeValueAsBytes(json));
    }
}
