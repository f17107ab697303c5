package dev.zoetrope.contracts;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.zoetrope.contracts.request.Upload;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The AsyncAPI 3 document that the records amount to. */
final class AsyncApi {
    private static final PropertyNamingStrategies.SnakeCaseStrategy SNAKE =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private final Map<String, Object> schemas = new TreeMap<>();
    private final Map<String, Object> messages = new LinkedHashMap<>();
    private final Map<String, Object> channels = new LinkedHashMap<>();

    static Map<String, Object> document() {
        return new AsyncApi().write();
    }

    private Map<String, Object> write() {
        for (Stage stage : Stage.values()) {
            String order = orderOf(stage);
            channel(
                    stage.topic(),
                    "Orders to the stage, a queue: share group %s. CloudEvents 1.0, binary mode."
                            .formatted(stage.shareGroup()),
                    List.of(order));
        }
        channel(
                Topics.JOBS,
                "What has happened to each job, keyed by job id. CloudEvents 1.0, binary mode.",
                names(Codec.FACTS));
        channel(
                Topics.REQUESTS,
                "Requests from outside: what POST /v1/videos does. CloudEvents 1.0, binary mode.",
                List.of("GenerationRequested"));
        channel(Topics.CONTROL, "A broadcast that every worker reads.", names(Codec.CONTROL));
        channel(Topics.MODELS, "The models served, keyed by name, compacted.", names(Codec.MODELS));
        channel(Topics.DEAD_LETTERS, "What could not be worked on, with the reason.", names(Codec.DEAD_LETTERS));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("asyncapi", "3.0.0");
        document.put(
                "info",
                ordered(
                        "title", "Zoetrope",
                        "version", "2",
                        "description", "Orders and facts of the mesh. Unknown fields are to be skipped."));
        document.put("defaultContentType", "application/json");
        document.put("channels", channels);
        document.put("components", ordered("messages", messages, "schemas", schemas));
        return document;
    }

    private static String orderOf(Stage stage) {
        return Order.to(stage, Samples.JOB, 0, Samples.spec(), JobArtifacts.NOTHING, Samples.AT)
                .type();
    }

    private void channel(String topic, String description, Collection<String> types) {
        Map<String, Object> refs = new LinkedHashMap<>();
        for (String type : types) {
            refs.put(type, ordered("$ref", "#/components/messages/" + type));
            message(type);
        }
        channels.put(topic, ordered("address", topic, "description", description, "messages", refs));
    }

    private void message(String type) {
        Message sample = Samples.all().stream()
                .filter(message -> message.type().equals(type))
                .findFirst()
                .orElseThrow();
        Map<String, Object> schema = object(sample.getClass());
        envelope(schema, type);
        Map<String, Object> message = ordered("name", type, "headers", headers(type), "payload", schema);
        if (sample.key() != null) {
            message.put("bindings", ordered("kafka", ordered("key", ordered("type", "string"))));
        }
        messages.put(type, message);
    }

    @SuppressWarnings("unchecked")
    private static void envelope(Map<String, Object> schema, String type) {
        Map<String, Object> properties =
                ordered("type", ordered("const", type), "version", ordered("const", Codec.version(type)));
        properties.putAll((Map<String, Object>) schema.get("properties"));
        schema.put("properties", properties);
        List<String> required = new ArrayList<>(List.of("type", "version"));
        required.addAll((List<String>) schema.get("required"));
        schema.put("required", required);
    }

    private static Map<String, Object> headers(String type) {
        return ordered(
                "type",
                "object",
                "properties",
                ordered(
                        "ce_specversion", ordered("const", "1.0"),
                        "ce_id", ordered("type", "string"),
                        "ce_source", ordered("type", "string", "format", "uri-reference"),
                        "ce_type", ordered("const", CloudEvent.type(type)),
                        "ce_subject", ordered("type", "string"),
                        "ce_time", ordered("type", "string", "format", "date-time"),
                        "traceparent", ordered("type", "string")),
                "required",
                List.of("ce_specversion", "ce_id", "ce_source", "ce_type"));
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> object(Class<?> record) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            // An event brings no files.
            if (component.getType() == Upload.class) continue;
            if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                Map<String, Object> inner = object(component.getType());
                properties.putAll((Map<String, Object>) inner.get("properties"));
                required.addAll((List<String>) inner.get("required"));
                continue;
            }
            String name = record.isAnnotationPresent(JsonNaming.class)
                    ? SNAKE.translate(component.getName())
                    : component.getName();
            properties.put(name, schema(component.getGenericType()));
            if (RequiredComponents.isRequired(component)) required.add(name);
        }
        return ordered("type", "object", "properties", properties, "required", required);
    }

    private Map<String, Object> schema(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] of = generic.getActualTypeArguments();
            return generic.getRawType() == Map.class
                    ? ordered("type", "object", "propertyNames", schema(of[0]), "additionalProperties", schema(of[1]))
                    : ordered("type", "array", "items", schema(of[0]));
        }
        Class<?> raw = (Class<?>) type;
        if (raw == String.class || raw == BigDecimal.class) {
            return ordered("type", "string");
        } else if (raw == Instant.class) {
            return ordered("type", "string", "format", "date-time");
        } else if (raw == boolean.class || raw == Boolean.class) {
            return ordered("type", "boolean");
        } else if (raw == double.class || raw == Double.class) {
            return ordered("type", "number");
        } else if (raw.isEnum()) {
            List<Object> labels = Arrays.stream(raw.getEnumConstants())
                    .map(constant ->
                            (Object) Codec.Json.MAPPER.valueToTree(constant).asText())
                    .toList();
            return ordered("type", "string", "enum", labels);
        } else if (raw.isRecord()) {
            // A capability's name is short in its card, a part's in its request; elsewhere they would be taken for
            // something else.
            String name = (raw.getEnclosingClass() == ModelCard.class
                            ? "ModelCard"
                            : raw.getPackage() == Upload.class.getPackage() ? "Request" : "")
                    + raw.getSimpleName();
            if (schemas.putIfAbsent(name, Map.of()) == null) {
                schemas.put(name, object(raw));
            }
            return ordered("$ref", "#/components/schemas/" + name);
        }
        if (raw.isSealed()) {
            if (schemas.putIfAbsent(raw.getSimpleName(), Map.of()) == null) {
                List<Object> kinds = Arrays.stream(raw.getPermittedSubclasses())
                        .sorted(Comparator.comparing(Class::getSimpleName))
                        .map(kind -> (Object) kind(kind))
                        .toList();
                schemas.put(raw.getSimpleName(), ordered("oneOf", kinds));
            }
            return ordered("$ref", "#/components/schemas/" + raw.getSimpleName());
        }
        return ordered("type", "integer");
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> kind(Class<?> record) {
        Map<String, Object> schema = object(record);
        Map<String, Object> properties = ordered("kind", ordered("const", RequiredComponents.kind(record)));
        properties.putAll((Map<String, Object>) schema.get("properties"));
        schema.put("properties", properties);
        List<String> required = new ArrayList<>(List.of("kind"));
        required.addAll((List<String>) schema.get("required"));
        schema.put("required", required);
        return schema;
    }

    private static Collection<String> names(Codec<?> codec) {
        return codec.types().keySet().stream().sorted().toList();
    }

    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
