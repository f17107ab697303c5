package dev.zoetrope.gateway.fields;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.gateway.problems.ApiProblem;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one object of a request. Each accessor throws an {@link ApiProblem} that names the field when its value is not
 * what was asked for; a JSON null counts as a field that is not there. Call {@link #refuseOthers} when all are read.
 */
public final class Fields {
    private static final int SHOWN = 60;
    private static final int LONGEST_NUMBER = 40;
    private static final int DEEPEST = 32;
    private static final String BYTE_ORDER_MARK = "\ufeff";

    /** Of a text: the largest picture as a data URL, and what stands before its base64. */
    public static final int LONGEST_TEXT = (int) (MediaLimits.PICTURE.maxBytes() / 3 * 4) + 1024;

    // A prompt in JSON escapes is six times its length; nothing that is read here is as long as that by far.
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
            .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private static final ObjectMapper SORTED = JsonMapper.builder()
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private final ObjectNode object;
    private final Uploads uploads;
    private final String path;
    private final boolean texts;
    private final Set<String> read = new HashSet<>();

    private Fields(ObjectNode object, Uploads uploads, String path, boolean texts) {
        this.object = object;
        this.uploads = uploads;
        this.path = path;
        this.texts = texts;
    }

    /**
     * The fields of a JSON body.
     *
     * @throws ApiProblem 400 when it is not a JSON object
     */
    public static Fields ofJson(byte @Nullable [] body) {
        if (body == null || body.length == 0) {
            throw ApiProblem.unreadable("body: expected a JSON object, came nothing");
        }
        return new Fields(parse(body), new Uploads(), "", false);
    }

    /** The fields of a call that has none. */
    public static Fields none() {
        return new Fields(JsonNodeFactory.instance.objectNode(), new Uploads(), "", false);
    }

    /** The fields of a form: all texts, and files by their names. */
    static Fields ofForm(ObjectNode texts, Uploads uploads) {
        return new Fields(texts, uploads, "", true);
    }

    private static ObjectNode parse(byte[] body) {
        JsonNode json;
        try {
            json = MAPPER.readTree(utf8(body));
        } catch (JsonProcessingException e) {
            throw ApiProblem.unreadable("body: " + reason(e));
        }
        if (json instanceof ObjectNode fields) {
            return fields;
        }
        throw ApiProblem.unreadable("body: expected a JSON object, came " + kind(json));
    }

    /** Strictly: what is no UTF-8 would else come as other characters. */
    private static String utf8(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            if (text.startsWith(BYTE_ORDER_MARK)) {
                throw ApiProblem.unreadable("body: expected JSON in UTF-8 without a byte order mark, came one");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw ApiProblem.unreadable("body: expected JSON in UTF-8, came bytes that are not UTF-8");
        }
    }

    /** Why it is no JSON, in our words: the library's name its own classes and settings. */
    private static String reason(JsonProcessingException e) {
        String said = String.valueOf(e.getOriginalMessage());
        if (said.startsWith("Duplicate field")) {
            return "expected each field once, came one twice" + place(e);
        }
        if (e instanceof StreamConstraintsException) {
            return said.contains("depth")
                    ? "expected at most %d levels of nesting, came more".formatted(DEEPEST)
                    : said.contains("umber")
                            ? "expected numbers of at most %d digits, came a longer one".formatted(LONGEST_NUMBER)
                            : "expected texts and names of a sane length, came a longer one";
        }
        if (e instanceof MismatchedInputException) {
            return "expected one JSON object, came more behind it";
        }
        if (e instanceof JsonEOFException) {
            return "expected JSON, came its beginning only";
        }
        return "expected JSON, came something else" + place(e);
    }

    private static String place(JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        return at == null || at.getLineNr() < 1
                ? ""
                : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
    }

    /**
     * Adds all values and files, wherever in the request they stand, to a digest: what tells two requests apart.
     *
     * @return the digest
     */
    public MessageDigest digest(MessageDigest digest) {
        try {
            digest.update(SORTED.writeValueAsBytes(object));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read was not writable", e);
        }
        uploads.digest(digest);
        return digest;
    }

    /** Whether the field is there, as a value or a file. */
    public boolean has(String name) {
        return value(name) != null || uploads.has(at(name));
    }

    /** A text that has to be there; its length in characters. */
    public String requiredText(String name, int least, int most) {
        String text = text(name, least, most);
        if (text == null) {
            throw ApiProblem.missing(at(name));
        }
        return text;
    }

    /** A text; null when it is not there. */
    public @Nullable String text(String name, int least, int most) {
        JsonNode value = value(name);
        if (value == null) {
            refuseUpload(name, "a string");
            return null;
        }
        if (!value.isTextual()) {
            throw wrong(name, "a string", value);
        }
        String text = value.textValue();
        int length = text.codePointCount(0, text.length());
        if (length < least || length > most || (least > 0 && text.isBlank())) {
            throw ApiProblem.invalid(
                    at(name),
                    "%s: expected %d to %d characters, came %d%s"
                            .formatted(at(name), least, most, length, text.isBlank() ? ", all blank" : ""));
        }
        if (text.chars().anyMatch(Fields::isForbidden) || hasLoneSurrogate(text)) {
            throw ApiProblem.invalid(
                    at(name), at(name) + ": expected text, came control characters or half characters");
        }
        return text;
    }

    /** A whole number in the range; null when it is not there. */
    public @Nullable Integer integer(String name, int least, int most) {
        Long value = wholeNumber(name, least, most);
        return value == null ? null : value.intValue();
    }

    /** A whole number in the range; null when it is not there. */
    public @Nullable Long wholeNumber(String name, long least, long most) {
        BigDecimal value = decimal(name, "a whole number");
        if (value == null) {
            return null;
        }
        boolean whole = value.stripTrailingZeros().scale() <= 0;
        if (!whole || value.compareTo(BigDecimal.valueOf(least)) < 0 || value.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw ApiProblem.invalid(
                    at(name),
                    "%s: expected a whole number from %d to %d, came %s"
                            .formatted(at(name), least, most, cut(value.toString())));
        }
        return value.longValue();
    }

    /** A number in the range; null when it is not there. */
    public @Nullable Double number(String name, double least, double most) {
        BigDecimal value = decimal(name, "a number");
        if (value == null) {
            return null;
        }
        double number = value.doubleValue();
        if (!(number >= least && number <= most)) {
            throw ApiProblem.invalid(
                    at(name), "%s: expected %s to %s, came %s".formatted(at(name), least, most, cut(value.toString())));
        }
        return number;
    }

    /** Seconds, which clients write as a string and some as a number; null when it is not there. */
    public @Nullable BigDecimal seconds(String name, int most) {
        JsonNode value = value(name);
        if (value == null) {
            refuseUpload(name, "a number of seconds as a string");
            return null;
        }
        BigDecimal seconds =
                value.isTextual() ? number(value.textValue()) : value.isNumber() ? value.decimalValue() : null;
        if (seconds == null || seconds.signum() <= 0 || seconds.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw ApiProblem.invalid(
                    at(name),
                    "%s: expected a number of seconds as a string, more than 0 and at most %d, came %s"
                            .formatted(at(name), most, cut(value.toString())));
        }
        if (seconds.scale() > 6) {
            throw ApiProblem.invalid(
                    at(name), at(name) + ": expected at most six decimals, came " + cut(seconds.toString()));
        }
        return seconds;
    }

    /** True or false; null when it is not there. */
    public @Nullable Boolean bool(String name) {
        JsonNode value = value(name);
        if (value == null) {
            refuseUpload(name, "true or false");
            return null;
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (texts
                && value.isTextual()
                && (value.textValue().equals("true") || value.textValue().equals("false"))) {
            return Boolean.valueOf(value.textValue());
        }
        throw wrong(name, "true or false", value);
    }

    /** One of the texts; null when it is not there. */
    public @Nullable String oneOf(String name, Set<String> choices) {
        JsonNode value = value(name);
        if (value == null) {
            refuseUpload(name, "one of " + choices);
            return null;
        }
        if (!value.isTextual() || !choices.contains(value.textValue())) {
            throw wrong(name, "one of " + choices.stream().sorted().toList(), value);
        }
        return value.textValue();
    }

    /** An object; null when it is not there. A form may say it as JSON in a text. */
    public @Nullable Fields object(String name) {
        JsonNode value = structure(name);
        if (value == null) {
            refuseUpload(name, "an object");
            uploads.refuseWithin(at(name));
            return null;
        }
        if (value instanceof ObjectNode inner) {
            return new Fields(inner, uploads, at(name), texts);
        }
        throw wrong(name, "an object", value);
    }

    /** A list of objects; empty when it is not there. A form may say it as JSON in a text. */
    public List<Fields> objects(String name, int most) {
        JsonNode value = structure(name);
        if (value == null) {
            refuseUpload(name, "a list");
            return List.of();
        }
        if (!(value instanceof ArrayNode list)) {
            throw wrong(name, "a list", value);
        }
        if (list.isEmpty() || list.size() > most) {
            throw ApiProblem.invalid(
                    at(name), "%s: expected 1 to %d entries, came %d".formatted(at(name), most, list.size()));
        }
        List<Fields> entries = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String place = "%s[%d]".formatted(at(name), i);
            if (!(list.get(i) instanceof ObjectNode entry)) {
                throw ApiProblem.invalid(place, "%s: expected an object, came %s".formatted(place, kind(list.get(i))));
            }
            entries.add(new Fields(entry, uploads, place, texts));
        }
        return entries;
    }

    /** A list of texts; null when it is not there. */
    public @Nullable List<String> texts(String name, int most) {
        JsonNode value = structure(name);
        if (value == null) {
            refuseUpload(name, "a list");
            return null;
        }
        if (!(value instanceof ArrayNode list) || list.size() > most) {
            throw wrong(name, "a list of at most %d strings".formatted(most), value);
        }
        List<String> found = new ArrayList<>();
        for (JsonNode entry : list) {
            if (!entry.isTextual()) {
                throw wrong(name, "a list of strings", value);
            }
            found.add(entry.textValue());
        }
        return found;
    }

    /** The file of a field that may as well have a value; null when there is none. */
    public @Nullable Upload upload(String name) {
        read.add(name);
        return uploads.take(at(name));
    }

    /**
     * The file of a field that is always one.
     *
     * @throws ApiProblem 400 when it is not there
     */
    public Upload requiredFile(String name) {
        read.add(name);
        Upload upload = uploads.takeAny(at(name));
        if (upload == null) {
            throw object.has(name)
                    ? ApiProblem.invalid(at(name), at(name) + ": expected a file with a filename, came a text")
                    : ApiProblem.missing(at(name));
        }
        return upload;
    }

    /**
     * Refuses fields that the call does not have, and files where it has none.
     *
     * @throws ApiProblem 400 that names the first
     */
    public void refuseOthers() {
        Iterator<String> names = object.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!read.contains(name)) {
                throw ApiProblem.unknownParameter(at(name), read);
            }
        }
        if (path.isEmpty()) {
            uploads.refuseOthers(read);
        }
    }

    /** The field's full name, {@code storyboard[1].seconds}. */
    public String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private @Nullable JsonNode value(String name) {
        read.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private @Nullable JsonNode structure(String name) {
        JsonNode value = value(name);
        if (!texts || value == null || !value.isTextual()) {
            return value;
        }
        try {
            return MAPPER.readTree(value.textValue());
        } catch (JsonProcessingException e) {
            throw ApiProblem.invalid(at(name), at(name) + ": " + reason(e));
        }
    }

    private @Nullable BigDecimal decimal(String name, String expected) {
        JsonNode value = value(name);
        if (value == null) {
            refuseUpload(name, expected);
            return null;
        }
        BigDecimal number =
                value.isNumber() ? value.decimalValue() : texts && value.isTextual() ? number(value.textValue()) : null;
        if (number == null || number.precision() > LONGEST_NUMBER || Math.abs(number.scale()) > LONGEST_NUMBER) {
            throw wrong(name, expected, value);
        }
        return number;
    }

    private static @Nullable BigDecimal number(String text) {
        if (text.length() > LONGEST_NUMBER || !text.matches("-?[0-9]+(\\.[0-9]+)?")) {
            return null;
        }
        return new BigDecimal(text);
    }

    private void refuseUpload(String name, String expected) {
        if (uploads.has(at(name))) {
            throw ApiProblem.invalid(at(name), "%s: expected %s, came a file".formatted(at(name), expected));
        }
    }

    private ApiProblem wrong(String name, String expected, JsonNode came) {
        String shown = came.isContainerNode() ? kind(came) : kind(came) + " " + cut(came.toString());
        return ApiProblem.invalid(at(name), "%s: expected %s, came %s".formatted(at(name), expected, shown));
    }

    private static boolean isForbidden(int character) {
        return character < ' ' && character != '\n' && character != '\r' && character != '\t';
    }

    private static boolean hasLoneSurrogate(String text) {
        return text.codePoints()
                .anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    private static String kind(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "the string";
            case NUMBER -> "the number";
            case BOOLEAN -> "the boolean";
            default -> "nothing";
        };
    }

    private static String cut(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
