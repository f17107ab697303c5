package dev.zoetrope.gateway.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zoetrope.gateway.problems.ApiProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jboss.resteasy.reactive.server.multipart.FormValue;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;
import org.jspecify.annotations.Nullable;

/**
 * Multipart forms as clients of the OpenAI SDKs write them: {@code video[id]}, {@code input_reference[image_url]}, {@code
 * storyboard[][prompt]}. A repeated name inside {@code []} begins the next entry.
 */
public final class Forms {
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_]{1,64})((?:\\[[A-Za-z0-9_]{0,64}])*)");
    private static final Pattern STEP = Pattern.compile("\\[([A-Za-z0-9_]*)]");
    private static final int DEEPEST = 4;

    private Forms() {}

    /**
     * The form's fields.
     *
     * @throws ApiProblem 400 when a name is no path, or one name is used in two ways
     */
    public static Fields read(MultipartFormDataInput form) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        Uploads uploads = new Uploads();
        for (Map.Entry<String, Collection<FormValue>> field : form.getValues().entrySet()) {
            List<String> path = path(field.getKey());
            for (FormValue value : field.getValue()) {
                String text = text(value, field.getKey());
                if (text != null) {
                    put(root, path, field.getKey(), text);
                }
                if (value.isFileItem()) {
                    uploads.add(String.join(".", path), field.getKey(), value, text == null);
                }
            }
        }
        requireEvenEntries(root, "");
        uploads.requireNoneBeside(root);
        return Fields.ofForm(root, uploads);
    }

    /**
     * What the part says as a text; null when it is a file. openai-java calls every part {@code application/octet-stream}, so what
     * has no file's name is a text as long as it can be read as one.
     */
    private static @Nullable String text(FormValue value, String name) {
        if (!value.isFileItem()) {
            return value.getValue();
        }
        try {
            if (value.getFileName() != null) {
                return null;
            }
            // Such parts are held in memory, up to the limit of a form's texts.
            byte[] bytes = value.getFileItem().getInputStream().readAllBytes();
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        } catch (IOException e) {
            throw ApiProblem.unreadable(name + ": the part could not be read");
        }
    }

    /** Entries in brackets have no order across names: where one lacks a field, nobody can say which. */
    private static void requireEvenEntries(ObjectNode node, String path) {
        node.fields().forEachRemaining(field -> {
            String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            if (field.getValue() instanceof ObjectNode inner) {
                requireEvenEntries(inner, name);
            } else if (field.getValue() instanceof ArrayNode entries) {
                long forms = StreamSupport.stream(entries.spliterator(), false)
                        .mapToInt(JsonNode::size)
                        .distinct()
                        .count();
                if (forms > 1) {
                    throw ApiProblem.invalid(
                            name,
                            name
                                    + ": expected the same fields in every entry of a form; send a JSON string where they differ");
                }
            }
        });
    }

    private static List<String> path(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw ApiProblem.unknownParameter(name.length() > 64 ? name.substring(0, 64) : name);
        }
        List<String> path = new ArrayList<>(List.of(matcher.group(1)));
        Matcher step = STEP.matcher(matcher.group(2));
        while (step.find()) {
            path.add(step.group(1));
        }
        if (path.size() > DEEPEST) {
            throw ApiProblem.unknownParameter(name);
        }
        return path;
    }

    private static void put(ObjectNode root, List<String> path, String name, String value) {
        ObjectNode at = root;
        for (int i = 0; i < path.size(); i++) {
            String step = path.get(i);
            boolean last = i == path.size() - 1;
            boolean list = !last && path.get(i + 1).isEmpty();
            if (last) {
                putText(at, step, name, value);
            } else if (list) {
                ArrayNode entries = array(at, step, name);
                i++;
                if (i == path.size() - 1) {
                    entries.add(value);
                } else {
                    at = entry(entries, path.get(i + 1), name);
                }
            } else {
                at = object(at, step, name);
            }
        }
    }

    private static void putText(ObjectNode at, String step, String name, String value) {
        JsonNode there = at.get(step);
        if (there != null) {
            throw ApiProblem.invalid(name, name + ": expected one value, came several");
        }
        at.put(step, value);
    }

    private static ObjectNode object(ObjectNode at, String step, String name) {
        JsonNode there = at.get(step);
        if (there == null) {
            return at.putObject(step);
        }
        if (there instanceof ObjectNode object) {
            return object;
        }
        throw mixed(name);
    }

    private static ArrayNode array(ObjectNode at, String step, String name) {
        JsonNode there = at.get(step);
        if (there == null) {
            return at.putArray(step);
        }
        if (there instanceof ArrayNode array) {
            return array;
        }
        throw mixed(name);
    }

    /** The first entry that has no such field yet: forms are read name by name, so entries fill in step. */
    private static ObjectNode entry(ArrayNode entries, String field, String name) {
        for (JsonNode entry : entries) {
            if (!(entry instanceof ObjectNode object)) {
                throw mixed(name);
            }
            if (!object.has(field)) {
                return object;
            }
        }
        return entries.addObject();
    }

    static ApiProblem mixed(String name) {
        return ApiProblem.invalid(name, name + ": expected one form of this parameter, came two");
    }
}
