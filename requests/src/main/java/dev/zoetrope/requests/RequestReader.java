package dev.zoetrope.requests;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Message;
import dev.zoetrope.contracts.request.Limits;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.MessageInterpolator;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Size;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.HibernateValidatorConfiguration;
import org.hibernate.validator.cfg.ConstraintMapping;
import org.jspecify.annotations.Nullable;

/** Reads requests: Jackson binds, Bean Validation checks. Thread-safe. */
public final class RequestReader {
    private static final int DEEPEST = 32;
    private static final int LONGEST_NUMBER = 40;
    private static final int LONGEST_TEXT = Limits.DATA_URL;
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .maxStringLength(LONGEST_TEXT)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final Validator VALIDATOR = validator();

    private RequestReader() {}

    /**
     * The request of a JSON body.
     *
     * @throws RequestRefused when it is not JSON, or not what the call takes
     */
    public static <T> T ofJson(byte @Nullable [] body, Class<T> request) {
        return read(object(body), request, false);
    }

    /** The request of a call whose body may be left out. */
    public static <T> T ofJsonIfAny(byte @Nullable [] body, Class<T> request) {
        return body == null || body.length == 0
                ? read(JsonNodeFactory.instance.objectNode(), request, false)
                : ofJson(body, request);
    }

    /**
     * The request of an event, whose data are a body with the message's type and version beside its fields.
     *
     * @throws RequestRefused when it is of another type or version, or as {@link #ofJson}
     */
    public static <T extends Message> T ofEvent(byte @Nullable [] data, Class<T> message) {
        ObjectNode fields = object(data);
        String type = message.getSimpleName();
        requireSame("type", TextNode.valueOf(type), fields.remove("type"));
        requireSame("version", IntNode.valueOf(Codec.version(type)), fields.remove("version"));
        return read(fields, message, false);
    }

    private static void requireSame(String field, JsonNode expected, @Nullable JsonNode came) {
        if (came == null) throw RequestRefused.missing(field);
        if (!came.equals(expected)) throw RequestRefused.invalid(field, expected.asText(), Came.of(came));
    }

    /**
     * The request of a form.
     *
     * @throws RequestRefused when it is not what the call takes
     */
    public static <T> T ofForm(List<FormPart> parts, Class<T> request) {
        return read(FormTree.of(parts), request, true);
    }

    private static ObjectNode object(byte @Nullable [] body) {
        if (body == null || body.length == 0) {
            throw RequestRefused.unreadable("body: expected a JSON object, came nothing");
        }
        try {
            JsonNode json = MAPPER.readTree(utf8(body));
            if (json instanceof ObjectNode fields) return fields;
            throw RequestRefused.unreadable("body: expected a JSON object, came " + Came.kind(json));
        } catch (JsonProcessingException e) {
            throw RequestRefused.unreadable("body: " + reason(e));
        }
    }

    /**
     * A request that was made here, when the call admits its values.
     *
     * @throws RequestRefused when it does not
     */
    public static <T> T checked(T request) {
        Set<ConstraintViolation<T>> violations = VALIDATOR.validate(request);
        violations.stream()
                .map(Shape.of(request.getClass())::refused)
                .min(Comparator.comparing(refused -> String.valueOf(refused.param())))
                .ifPresent(refused -> {
                    throw refused;
                });
        return request;
    }

    private static <T> T read(ObjectNode fields, Class<T> request, boolean texts) {
        return checked(bound(Shape.of(request).typed(fields, "", texts), request));
    }

    private static <T> T bound(ObjectNode fields, Class<T> request) {
        try {
            return MAPPER.treeToValue(fields, request);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "a request that was held against its shape could not be bound: " + request, e);
        }
    }

    /** JSON inside a text of a form. */
    static JsonNode json(String text, String path) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw RequestRefused.invalid(path, path + ": " + reason(e));
        }
    }

    /** Strictly: what is no UTF-8 would else come as other characters. */
    private static String utf8(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            if (text.startsWith(BYTE_ORDER_MARK)) {
                throw RequestRefused.unreadable("body: expected JSON in UTF-8 without a byte order mark, came one");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw RequestRefused.unreadable("body: expected JSON in UTF-8, came bytes that are not UTF-8");
        }
    }

    /** Why it is no JSON, in our words: the library's name its own classes and settings. */
    private static String reason(JsonProcessingException e) {
        String said = String.valueOf(e.getOriginalMessage());
        if (said.startsWith("Duplicate field")) return "expected each field once, came one twice" + place(e);
        if (e instanceof StreamConstraintsException) {
            if (said.contains("depth")) return "expected at most %d levels of nesting, came more".formatted(DEEPEST);
            return said.contains("umber")
                    ? "expected numbers of at most %d digits, came a longer one".formatted(LONGEST_NUMBER)
                    : "expected texts and names of a sane length, came a longer one";
        }
        if (e instanceof MismatchedInputException) return "expected one JSON object, came more behind it";
        if (e instanceof JsonEOFException) return "expected JSON, came its beginning only";
        return "expected JSON, came something else" + place(e);
    }

    private static String place(JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        if (at == null || at.getLineNr() < 1) return "";
        return " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    }

    private static Validator validator() {
        HibernateValidatorConfiguration configuration =
                Validation.byProvider(HibernateValidator.class).configure();
        ConstraintMapping sizes = configuration.createConstraintMapping();
        sizes.constraintDefinition(Size.class)
                .includeExistingValidators(false)
                .validatedBy(Sizes.OfText.class)
                .validatedBy(Sizes.OfList.class);
        return configuration
                .addMapping(sizes)
                .messageInterpolator(new NoMessages())
                .buildValidatorFactory()
                .getValidator();
    }

    /** Messages are made from the constraints, in one language, by {@link Expected}. */
    private static final class NoMessages implements MessageInterpolator {
        @Override
        public String interpolate(String template, Context context) {
            return template;
        }

        @Override
        public String interpolate(String template, Context context, Locale locale) {
            return template;
        }
    }
}
