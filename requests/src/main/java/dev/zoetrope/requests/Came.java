package dev.zoetrope.requests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came, for messages: short, whatever it is. */
final class Came {
    private static final int SHOWN = 60;

    private Came() {}

    /** The kind and the value: {@code the string "abc"}. */
    static String of(JsonNode json) {
        if (json.isPojo()) return "a file";
        return json.isContainerNode() ? kind(json) : kind(json) + " " + cut(json.toString());
    }

    static String kind(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list";
            case STRING -> "the string";
            case NUMBER -> "the number";
            case BOOLEAN -> "the boolean";
            default -> "nothing";
        };
    }

    /** A value that was bound: of texts and lists how long they are. */
    static String of(@Nullable Object value, boolean counted) {
        if (value instanceof List<?> list) return String.valueOf(list.size());
        if (counted && value instanceof CharSequence text) {
            return text.codePoints().count() + (text.toString().isBlank() ? ", all blank" : "");
        }
        return cut(String.valueOf(value));
    }

    static String cut(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
