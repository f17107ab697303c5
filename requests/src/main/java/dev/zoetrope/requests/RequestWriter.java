package dev.zoetrope.requests;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.zoetrope.contracts.request.Upload;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Requests as they are sent: {@link RequestReader} reads them back. What is null is not written. */
public final class RequestWriter {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .addModule(new SimpleModule().addSerializer(Upload.class, new Whole()))
            .build();

    private RequestWriter() {}

    /** The request as JSON; empty when it brings files, which only a form takes. */
    public static Optional<JsonNode> json(Object request) {
        return form(request).values().stream().anyMatch(Upload.class::isInstance)
                ? Optional.empty()
                : Optional.of(MAPPER.valueToTree(request));
    }

    /** The request as the parts of a form by their names, each a text or an {@link Upload}. */
    public static Map<String, Object> form(Object request) {
        Map<String, Object> parts = new LinkedHashMap<>();
        ObjectNode fields = MAPPER.valueToTree(request);
        fields.properties().forEach(field -> put(parts, field.getKey(), field.getValue()));
        return parts;
    }

    private static void put(Map<String, Object> parts, String name, JsonNode value) {
        if (value instanceof POJONode file) {
            parts.put(name, file.getPojo());
        } else if (value instanceof ObjectNode object) {
            // A file stands for the whole reference.
            object.properties()
                    .forEach(field -> put(
                            parts,
                            field.getKey().equals("upload") ? name : name + "[" + field.getKey() + "]",
                            field.getValue()));
        } else {
            parts.put(name, value.isArray() ? value.toString() : value.asText());
        }
    }

    /** A file as itself. */
    private static final class Whole extends StdSerializer<Upload> {
        private static final long serialVersionUID = 1L;

        Whole() {
            super(Upload.class);
        }

        @Override
        public void serialize(Upload upload, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeEmbeddedObject(upload);
        }
    }
}
