package dev.zoetrope.requests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Forms as clients of the OpenAI SDKs write them: {@code video[id]}, {@code input_reference[image_url]}, {@code
 * storyboard[][prompt]}. A repeated name inside {@code []} begins the next entry. The leaves are the parts.
 */
final class FormTree {
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_]{1,64})((?:\\[[A-Za-z0-9_]{0,64}])*)");
    private static final Pattern STEP = Pattern.compile("\\[([A-Za-z0-9_]*)]");
    private static final int LONGEST_NAME = 64;
    private static final int DEEPEST = 4;

    private FormTree() {}

    /** @throws RequestRefused when a name is no path, or one name is used in two ways */
    static ObjectNode of(List<FormPart> parts) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        parts.forEach(part -> put(root, path(part.name()), part));
        requireEvenEntries(root, "");
        return root;
    }

    private static List<String> path(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw RequestRefused.unknown(name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name);
        }
        List<String> path = new ArrayList<>(List.of(matcher.group(1)));
        Matcher step = STEP.matcher(matcher.group(2));
        while (step.find()) {
            path.add(step.group(1));
        }
        if (path.size() > DEEPEST) {
            throw RequestRefused.unknown(name);
        }
        return path;
    }

    private static void put(ObjectNode root, List<String> path, FormPart part) {
        ObjectNode at = root;
        for (int i = 0; i < path.size(); i++) {
            String step = path.get(i);
            boolean last = i == path.size() - 1;
            boolean list = !last && path.get(i + 1).isEmpty();
            if (last) {
                putPart(at, step, part);
            } else if (list) {
                ArrayNode entries = array(at, step, part.name());
                i++;
                if (i == path.size() - 1) {
                    entries.addPOJO(part);
                } else {
                    at = entry(entries, path.get(i + 1), part.name());
                }
            } else {
                at = object(at, step, part.name());
            }
        }
    }

    private static void putPart(ObjectNode at, String step, FormPart part) {
        JsonNode there = at.get(step);
        if (there != null) {
            throw there.isPojo()
                    ? RequestRefused.invalid(part.name(), part.name() + ": expected one value, came several")
                    : mixed(part.name());
        }
        at.putPOJO(step, part);
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

    /** Entries in brackets have no order across names: where one lacks a field, nobody can say which. */
    private static void requireEvenEntries(ObjectNode node, String path) {
        node.properties().forEach(field -> {
            String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            if (field.getValue() instanceof ObjectNode inner) {
                requireEvenEntries(inner, name);
            } else if (field.getValue() instanceof ArrayNode entries) {
                long forms = StreamSupport.stream(entries.spliterator(), false)
                        .mapToInt(JsonNode::size)
                        .distinct()
                        .count();
                if (forms > 1) {
                    throw RequestRefused.invalid(
                            name,
                            name
                                    + ": expected the same fields in every entry of a form; send a JSON string where they differ");
                }
            }
        });
    }

    private static RequestRefused mixed(String name) {
        return RequestRefused.invalid(name, name + ": expected one form of this parameter, came two");
    }
}
