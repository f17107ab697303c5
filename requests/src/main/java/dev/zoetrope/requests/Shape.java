package dev.zoetrope.requests;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zoetrope.contracts.request.Upload;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The fields of a request's record by their names in JSON. A tree is held against it before Jackson binds it, so that each value
 * of a wrong kind is told by name, and forms, whose values are texts, are read as the same record.
 */
final class Shape {
    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> record) {
            return new Shape(record);
        }
    };

    private static final PropertyNamingStrategies.SnakeCaseStrategy SNAKE =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private final Map<String, Field> byName = new LinkedHashMap<>();
    private final Map<String, Field> byComponent = new LinkedHashMap<>();
    private final Map<String, Shape> unwrapped = new LinkedHashMap<>();
    private final boolean file;

    private Shape(Class<?> record) {
        boolean hasFile = false;
        for (RecordComponent component : record.getRecordComponents()) {
            Class<?> type = component.getType();
            if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                Shape inner = Shape.of(type);
                unwrapped.put(component.getName(), inner);
                byName.putAll(inner.byName);
                continue;
            }
            Field field = new Field(name(record, component), Kind.of(component), Expected.of(record, component));
            byComponent.put(component.getName(), field);
            // Beside other fields a file is another form of the whole object, and has no name of its own.
            boolean alternative = type == Upload.class && isAlternative(record);
            hasFile |= alternative;
            if (!alternative) byName.put(field.name(), field);
        }
        file = hasFile;
    }

    private static boolean isAlternative(Class<?> record) {
        return record.getSimpleName().endsWith("Reference");
    }

    private static String name(Class<?> record, RecordComponent component) {
        JsonProperty said = component.getAccessor().getAnnotation(JsonProperty.class);
        if (said != null) return said.value();
        return record.isAnnotationPresent(JsonNaming.class)
                ? SNAKE.translate(component.getName())
                : component.getName();
    }

    static Shape of(Class<?> record) {
        return SHAPES.get(record);
    }

    /**
     * One field.
     *
     * @param expected what its values have to be
     */
    record Field(String name, Kind kind, Expected expected) {}

    /** The names that the object has. */
    Set<String> names() {
        return new LinkedHashSet<>(byName.keySet());
    }

    /**
     * The tree with every value of its field's kind, and nothing where it is null.
     *
     * @param path of the object, empty for the request itself
     * @param texts whether the values are those of a form
     * @throws RequestRefused when a value is of another kind, or a field is unknown
     */
    ObjectNode typed(ObjectNode given, String path, boolean texts) {
        ObjectNode typed = JsonNodeFactory.instance.objectNode();
        byName.forEach((name, field) -> {
            JsonNode value = given.get(name);
            if (value != null && !value.isNull()) {
                typed.set(name, field.kind().typed(value, at(path, name), field.expected(), texts));
            }
        });
        given.fieldNames().forEachRemaining(name -> {
            if (!byName.containsKey(name)) throw RequestRefused.unknown(at(path, name), byName.keySet());
        });
        return typed;
    }

    /** An object of this shape out of a field's value, which in a form may be a file or JSON in a text. */
    ObjectNode object(JsonNode value, String path, boolean texts) {
        JsonNode json = value;
        if (value.isPojo() && FormValue.of(value).isFile()) {
            if (!file) throw RequestRefused.invalid(path, "an object", "a file");
            return JsonNodeFactory.instance
                    .objectNode()
                    .putPOJO("upload", FormValue.of(value).file(path));
        }
        if (value.isPojo()) json = FormValue.of(value).json(path, "an object");
        if (json instanceof ObjectNode object) return typed(object, path, texts);
        throw RequestRefused.invalid(path, "an object", Came.of(json));
    }

    /** What a violation says of the request, by the parameter's name in JSON. */
    RequestRefused refused(ConstraintViolation<?> violation) {
        StringBuilder path = new StringBuilder();
        Shape shape = this;
        Field last = null;
        for (Path.Node node : violation.getPropertyPath()) {
            String name = String.valueOf(node.getName());
            Shape inner = shape.unwrapped.get(name);
            if (inner != null) {
                shape = inner;
                continue;
            }
            if (node.getIndex() != null)
                path.append('[').append(node.getIndex()).append(']');
            last = shape.byComponent.get(name);
            if (last == null) throw new IllegalStateException("no field " + name + " in " + violation);
            if (path.length() > 0) path.append('.');
            path.append(last.name());
            shape = last.kind().inner().orElse(shape);
        }
        if (last == null) throw new IllegalStateException("a violation without a field: " + violation);
        if (violation.getInvalidValue() == null) return RequestRefused.missing(path.toString());
        return last.expected().refused(path.toString(), violation.getInvalidValue());
    }

    static String at(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Entries of a list that a form may say as JSON in a text. */
    static ArrayNode list(JsonNode value, String path) {
        JsonNode json = value;
        if (value.isPojo()) json = FormValue.of(value).json(path, "a list");
        if (json instanceof ArrayNode list) return list;
        throw RequestRefused.invalid(path, "a list", Came.of(json));
    }
}
