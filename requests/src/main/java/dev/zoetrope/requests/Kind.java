package dev.zoetrope.requests;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.zoetrope.contracts.request.Upload;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What a field's value is made of. */
sealed interface Kind {
    /** The value as Jackson binds it; {@code texts} where it may be the text of a form. */
    JsonNode typed(JsonNode value, String path, Expected expected, boolean texts);

    /** The shape of the objects inside; empty for what is no object. */
    default Optional<Shape> inner() {
        return Optional.empty();
    }

    /** The kind of a record's component. */
    static Kind of(RecordComponent component) {
        return of(component.getGenericType());
    }

    private static Kind of(Type type) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return new Entries(of(list.getActualTypeArguments()[0]));
        }
        Class<?> plain = (Class<?>) type;
        if (plain == String.class) return new Text();
        if (plain == Boolean.class) return new Truth();
        if (plain == BigDecimal.class) return new Seconds();
        if (plain == Upload.class) return new File();
        if (plain == Integer.class) return new Numeric(Integer.MIN_VALUE, Integer.MAX_VALUE, true);
        if (plain == Long.class) return new Numeric(Long.MIN_VALUE, Long.MAX_VALUE, true);
        if (plain == Double.class) return new Numeric(0, 0, false);
        if (plain.isEnum()) return Choice.of(plain);
        if (plain.isRecord()) return new Structure(plain);
        throw new IllegalStateException("no field of a request is a " + type);
    }

    /** A text without control characters or half characters. */
    record Text() implements Kind {
        @Override
        public JsonNode typed(JsonNode value, String path, Expected expected, boolean texts) {
            String text = Texts.of(value, path, "a string");
            if (text.chars().anyMatch(Text::isForbidden) || text.codePoints().anyMatch(Text::isHalf)) {
                throw RequestRefused.invalid(path, "text", "control characters or half characters");
            }
            return JsonNodeFactory.instance.textNode(text);
        }

        private static boolean isForbidden(int character) {
            return character < ' ' && character != '\n' && character != '\r' && character != '\t';
        }

        private static boolean isHalf(int point) {
            return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
        }
    }

    /** True or false. */
    record Truth() implements Kind {
        @Override
        public JsonNode typed(JsonNode value, String path, Expected expected, boolean texts) {
            if (value.isBoolean()) return value;
            if (texts && (value.isTextual() || value.isPojo())) {
                String text = Texts.of(value, path, "true or false");
                if (text.equals("true") || text.equals("false")) {
                    return JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(text));
                }
                throw RequestRefused.invalid(path, "true or false", Came.cut(text));
            }
            throw RequestRefused.invalid(path, "true or false", Came.of(value));
        }
    }

    /** A number; of whole ones those between {@code least} and {@code most}. */
    record Numeric(long least, long most, boolean whole) implements Kind {
        @Override
        public JsonNode typed(JsonNode value, String path, Expected expected, boolean texts) {
            BigDecimal number = value.isNumber()
                    ? value.decimalValue()
                    : texts && (value.isTextual() || value.isPojo())
                            ? Texts.number(Texts.of(value, path, expected.text(whole)))
                            : null;
            if (number == null || !Texts.isShort(number)) {
                throw RequestRefused.invalid(path, expected.text(whole), Texts.came(value));
            }
            if (!whole) return JsonNodeFactory.instance.numberNode(number);
            boolean fits = number.stripTrailingZeros().scale() <= 0
                    && number.compareTo(BigDecimal.valueOf(least)) >= 0
                    && number.compareTo(BigDecimal.valueOf(most)) <= 0;
            if (!fits) throw RequestRefused.invalid(path, expected.text(true), Came.cut(number.toString()));
            return JsonNodeFactory.instance.numberNode(number.longValueExact());
        }
    }

    /** Seconds, which clients write as a string and some as a number. */
    record Seconds() implements Kind {
        @Override
        public JsonNode typed(JsonNode value, String path, Expected expected, boolean texts) {
            BigDecimal seconds = value.isNumber()
                    ? value.decimalValue()
                    : value.isTextual() || value.isPojo()
                            ? Texts.number(Texts.of(value, path, expected.seconds()))
                            : null;
            if (seconds == null || !Texts.isShort(seconds)) {
                throw RequestRefused.invalid(path, expected.seconds(), Texts.came(value));
            }
            return JsonNodeFactory.instance.numberNode(seconds);
        }
    }

    /** One of some texts. */
    record Choice(List<String> labels) implements Kind {
        static Choice of(Class<?> choices) {
            return new Choice(Arrays.stream(choices.getFields())
                    .filter(java.lang.reflect.Field::isEnumConstant)
                    .map(constant -> constant.getAnnotation(JsonProperty.class).value())
                    .toList());
        }

        @Override
        public JsonNode typed(JsonNode value, String path, Expected expected, boolean texts) {
            String choices = "one of " + new TreeSet<>(labels);
            String text = Texts.of(value, path, choices);
            if (!labels.contains(text)) throw RequestRefused.invalid(path, choices, Came.cut(text));
            return JsonNodeFactory.instance.textNode(text);
        }
    }

    /** A file of a form. */
    record File() implements Kind {
        @Override
        public JsonNode typed(JsonNode value, String path, Expected expected, boolean texts) {
            if (!value.isPojo()) throw RequestRefused.invalid(path, "a file", Came.of(value));
            return JsonNodeFactory.instance.pojoNode(FormValue.of(value).file(path));
        }
    }

    /** An object. */
    record Structure(Class<?> record) implements Kind {
        @Override
        public JsonNode typed(JsonNode value, String path, Expected expected, boolean texts) {
            return Shape.of(record).object(value, path, texts);
        }

        @Override
        public Optional<Shape> inner() {
            return Optional.of(Shape.of(record));
        }
    }

    /** A list. */
    record Entries(Kind entry) implements Kind {
        @Override
        public JsonNode typed(JsonNode value, String path, Expected expected, boolean texts) {
            ArrayNode typed = JsonNodeFactory.instance.arrayNode();
            for (JsonNode each : Shape.list(value, path)) {
                typed.add(entry.typed(each, "%s[%d]".formatted(path, typed.size()), expected, texts));
            }
            return typed;
        }

        @Override
        public Optional<Shape> inner() {
            return entry.inner();
        }
    }
}
