package dev.zoetrope.contracts;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * JSON bytes and the records of one kind of message. Thread-safe.
 *
 * <p>Strict about what it knows: the version, the type, every field's form. Fields that it does not know are skipped, since a
 * later release may have added them.
 *
 * @param <M> the kind of message
 */
public final class Codec<M extends Message> {
    /** The orders of all stages. */
    public static final Codec<Order> ORDERS = sealed(Order.class);

    /** What is on {@link Topics#JOBS}. */
    public static final Codec<Fact> FACTS = sealed(Fact.class);

    /** What is on {@link Topics#CONTROL}. */
    public static final Codec<Control> CONTROL = sealed(Control.class);

    /** What is on {@link Topics#MODELS}. */
    public static final Codec<ModelOffered> MODELS = new Codec<>(List.of(ModelOffered.class));

    /** What is on {@link Topics#DEAD_LETTERS}. */
    public static final Codec<DeadLetter> DEAD_LETTERS = new Codec<>(List.of(DeadLetter.class));

    /** Messages whose second version this release writes and reads: those with a job's spec or a model's card, and requests. */
    private static final Set<String> SECOND = Stream.concat(
                    Stream.of(Fact.JobAccepted.class, ModelOffered.class, GenerationRequested.class),
                    Stream.of(Order.class.getPermittedSubclasses()))
            .map(Class::getSimpleName)
            .collect(Collectors.toUnmodifiableSet());

    private static final String TYPE = "type";
    private static final String VERSION_FIELD = "version";
    private static final SerializedString TYPE_NAME = new SerializedString(TYPE);
    private static final SerializedString VERSION_NAME = new SerializedString(VERSION_FIELD);
    private static final int SHOWN = 80;

    private final Map<String, Class<? extends M>> types = new LinkedHashMap<>();

    private Codec(Collection<Class<? extends M>> types) {
        types.forEach(type -> this.types.put(type.getSimpleName(), type));
    }

    @SuppressWarnings("unchecked")
    private static <M extends Message> Codec<M> sealed(Class<M> root) {
        List<Class<? extends M>> records = Stream.of(root.getPermittedSubclasses())
                .<Class<? extends M>>map(type -> (Class<? extends M>) type)
                .toList();
        return new Codec<>(records);
    }

    /** The version of a message that this release writes and reads, by {@link Message#type()}. */
    public static int version(String type) {
        return SECOND.contains(type) ? 2 : 1;
    }

    /** The records of this kind by {@link Message#type()}. */
    public Map<String, Class<? extends M>> types() {
        return Map.copyOf(types);
    }

    /** The message as JSON in UTF-8, with its type and version. */
    public byte[] encode(M message) {
        return write(message);
    }

    /** A message of any kind, as {@link #encode} writes it. */
    public static byte[] write(Message message) {
        try {
            return Json.MAPPER.writeValueAsBytes(new Written(message.type(), version(message.type()), message));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message was not writable: " + message, e);
        }
    }

    /** A message with what tells it from others, which stands first. */
    @JsonPropertyOrder({TYPE, VERSION_FIELD})
    private record Written(
            String type, int version, @JsonUnwrapped Message message) {}

    /**
     * The message that the bytes say.
     *
     * @throws ContractException when they are not JSON, of another version or type, or a field is missing or of the wrong form
     */
    public M decode(byte @Nullable [] bytes) {
        Class<? extends M> record = bytes == null ? null : announced(bytes);
        if (record != null) {
            try {
                return Json.MAPPER.readValue(bytes, record);
            } catch (IOException e) {
                // Read once more below, where what is wrong is told apart.
            }
        }
        return bind(parse(bytes));
    }

    /** What the first two fields say, as {@link #encode} writes them; null when they say anything else. */
    private @Nullable Class<? extends M> announced(byte[] bytes) {
        try (JsonParser in = Json.MAPPER.createParser(bytes)) {
            boolean typed = in.nextToken() == JsonToken.START_OBJECT && in.nextFieldName(TYPE_NAME);
            String type = typed ? in.nextTextValue() : null;
            boolean current =
                    in.nextFieldName(VERSION_NAME) && in.nextIntValue(0) == (type == null ? 0 : version(type));
            return type != null && current ? types.get(type) : null;
        } catch (IOException e) {
            return null;
        }
    }

    private ObjectNode parse(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length == 0) {
            throw new ContractException(ProblemCode.BAD_ORDER, "expected a JSON object, came nothing");
        }
        try {
            JsonNode json = Json.MAPPER.readTree(bytes);
            if (json instanceof ObjectNode object) {
                return object;
            }
            throw new ContractException(ProblemCode.BAD_ORDER, "expected a JSON object, came " + shown(bytes));
        } catch (JsonProcessingException e) {
            throw new ContractException(
                    ProblemCode.BAD_ORDER,
                    "expected JSON, came %s (%s)".formatted(shown(bytes), e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new ContractException(ProblemCode.BAD_ORDER, "expected JSON in UTF-8, came " + shown(bytes), e);
        }
    }

    private M bind(ObjectNode json) {
        JsonNode version = json.remove(VERSION_FIELD);
        JsonNode type = json.remove(TYPE);
        if (version == null || !version.isIntegralNumber()) {
            throw new ContractException(ProblemCode.BAD_ORDER, "version: expected a number, came " + version);
        }
        Class<? extends M> record = type == null ? null : types.get(type.asText());
        if (record == null) {
            throw new ContractException(
                    ProblemCode.BAD_ORDER, "type: expected one of %s, came %s".formatted(types.keySet(), type));
        }
        int expected = version(type.asText());
        if (version.asLong() != expected) {
            throw new ContractException(
                    ProblemCode.UNSUPPORTED_VERSION, "version: expected %d, came %s".formatted(expected, version));
        }
        try {
            return Json.MAPPER.treeToValue(json, record);
        } catch (JsonProcessingException e) {
            throw new ContractException(ProblemCode.BAD_ORDER, record.getSimpleName() + "." + reason(e), e);
        }
    }

    private static String reason(JsonProcessingException e) {
        String path = e instanceof JsonMappingException mapping ? path(mapping) : "";
        String cause = e instanceof ValueInstantiationException && e.getCause() != null
                ? String.valueOf(e.getCause().getMessage())
                : e.getOriginalMessage();
        return path.isEmpty() ? cause : path + ": " + cause;
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }

    private static String shown(byte[] bytes) {
        String text = new String(bytes, 0, Math.min(bytes.length, SHOWN), StandardCharsets.UTF_8);
        return bytes.length > SHOWN ? text + "…" : text;
    }

    /** The one mapper: instants as ISO 8601, no coercion of one JSON type into another, no missing numbers read as zero. */
    static final class Json {
        static final ObjectMapper MAPPER = JsonMapper.builder()
                .addModule(new SimpleModule("contracts")
                        .addSerializer(Instant.class, new InstantWriter())
                        .addDeserializer(Instant.class, new InstantReader()))
                // Four bytes instead of twelve: prompts of such characters are the largest messages.
                .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .annotationIntrospector(new RequiredComponents())
                .build();

        private Json() {}
    }

    private static final class InstantWriter extends StdSerializer<Instant> {
        private static final long serialVersionUID = 1L;

        InstantWriter() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(value.toString());
        }
    }

    private static final class InstantReader extends StdDeserializer<Instant> {
        private static final long serialVersionUID = 1L;

        InstantReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
            String text = in.getText();
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw JsonMappingException.from(
                        in, "expected an instant such as 2026-01-01T00:00:00Z, came " + text, e);
            }
        }
    }
}
