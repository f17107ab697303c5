package dev.zoetrope.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint's JSON config, read field by field. Every error is an {@link InvalidModel} that names the file, the field, what was
 * expected and what came.
 */
public final class ModelConfig {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final ObjectNode fields;

    private ModelConfig(Path file, ObjectNode fields) {
        this.file = file;
        this.fields = fields;
    }

    public static ModelConfig read(Path file) {
        if (!Files.isRegularFile(file)) throw new InvalidModel(file + ": expected a config file, but there is none");
        try {
            if (JSON.readTree(file.toFile()) instanceof ObjectNode fields) return new ModelConfig(file, fields);
            throw new InvalidModel(file + ": expected a JSON object");
        } catch (IOException e) {
            throw new InvalidModel(file + ": not readable as JSON: " + e.getMessage(), e);
        }
    }

    public Path file() {
        return file;
    }

    /** Whether the field is there and not null. */
    public boolean has(String field) {
        return fields.hasNonNull(field);
    }

    /** The fields of an object in this field; none where it is missing or null. */
    public ModelConfig nested(String field) {
        if (!has(field)) return new ModelConfig(file, JSON.createObjectNode());
        return new ModelConfig(file, (ObjectNode) require(field, "an object", JsonNode::isObject));
    }

    /** A whole number of at least 1. */
    public int size(String field) {
        return require(field, "a whole number of at least 1", n -> n.isInt() && n.intValue() >= 1)
                .intValue();
    }

    /** A whole number of at least 1, or the default where the field is missing or null. */
    public int size(String field, int otherwise) {
        return has(field) ? size(field) : otherwise;
    }

    public double number(String field) {
        return require(field, "a number", JsonNode::isNumber).doubleValue();
    }

    public double number(String field, double otherwise) {
        return has(field) ? number(field) : otherwise;
    }

    public boolean flag(String field, boolean otherwise) {
        return has(field) ? require(field, "true or false", JsonNode::isBoolean).booleanValue() : otherwise;
    }

    public String text(String field) {
        return require(field, "a text", JsonNode::isTextual).textValue();
    }

    public String text(String field, String otherwise) {
        return has(field) ? text(field) : otherwise;
    }

    public int[] sizes(String field) {
        return ints(require(
                field, "a list of whole numbers of at least 1", n -> all(n, e -> e.isInt() && e.intValue() >= 1)));
    }

    public int[] sizes(String field, int... otherwise) {
        return has(field) ? sizes(field) : otherwise;
    }

    /** A list of whole numbers of at least 0, empty where the field is missing or null. */
    public int[] indices(String field) {
        if (!has(field)) return new int[0];
        return ints(require(
                field, "a list of whole numbers of at least 0", n -> all(n, e -> e.isInt() && e.intValue() >= 0)));
    }

    public double[] numbers(String field, int length) {
        JsonNode list = require(
                field, "a list of " + length + " numbers", n -> n.size() == length && all(n, JsonNode::isNumber));
        double[] values = new double[length];
        for (int i = 0; i < length; i++) values[i] = list.get(i).doubleValue();
        return values;
    }

    public boolean[] flags(String field, boolean... otherwise) {
        if (!has(field)) return otherwise;
        JsonNode list = require(field, "a list of true or false", n -> all(n, JsonNode::isBoolean));
        boolean[] values = new boolean[list.size()];
        for (int i = 0; i < values.length; i++) values[i] = list.get(i).booleanValue();
        return values;
    }

    /** The class of a part that {@code model_index.json} names, {@code [library, class]}; empty for {@code [null, null]} or no entry. */
    public Optional<String> part(String field) {
        if (!has(field)) return Optional.empty();
        JsonNode pair = require(field, "[library, class]", n -> n.isArray() && n.size() == 2);
        return Optional.ofNullable(pair.get(1).textValue());
    }

    /** Refuses a field whose value is not one that the caller implements. A missing field passes: it means the default. */
    public void allow(String field, Object... known) {
        if (!fields.has(field)) return;
        JsonNode value = fields.get(field);
        for (Object k : known) {
            if (JSON.valueToTree(k).equals(value)
                    || value.isNumber() && k instanceof Number n && n.doubleValue() == value.doubleValue()) return;
        }
        throw unexpected(field, "one of " + JSON.valueToTree(known), value);
    }

    /** An error about a field, for checks that need more than one. */
    public InvalidModel unexpected(String field, String expected, @Nullable Object came) {
        return new InvalidModel(file + ": " + field + ": expected " + expected + ", but "
                + (came == null ? "it is missing" : came + " came"));
    }

    private JsonNode require(String field, String expected, Predicate<JsonNode> test) {
        JsonNode value = fields.get(field);
        if (value == null || value.isNull() || !test.test(value)) throw unexpected(field, expected, value);
        return value;
    }

    private static boolean all(JsonNode list, Predicate<JsonNode> test) {
        if (!list.isArray()) return false;
        for (JsonNode element : list) if (!test.test(element)) return false;
        return true;
    }

    private static int[] ints(JsonNode list) {
        List<Integer> values = new ArrayList<>();
        list.forEach(e -> values.add(e.intValue()));
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
