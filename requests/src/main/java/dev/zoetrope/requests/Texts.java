package dev.zoetrope.requests;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Values that are written as texts. */
final class Texts {
    private static final int LONGEST_NUMBER = 40;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    private Texts() {}

    /** @throws RequestRefused when the value is no text */
    static String of(JsonNode value, String path, String expected) {
        if (value.isPojo()) return FormValue.of(value).text(path, expected);
        if (!value.isTextual()) throw RequestRefused.invalid(path, expected, Came.of(value));
        return value.textValue();
    }

    static @Nullable BigDecimal number(String text) {
        return text.length() > LONGEST_NUMBER || !NUMBER.matcher(text).matches() ? null : new BigDecimal(text);
    }

    /** Whether a number is of a length that can be worked with: 1e999999999 is not. */
    static boolean isShort(BigDecimal number) {
        return number.precision() <= LONGEST_NUMBER && Math.abs(number.scale()) <= LONGEST_NUMBER;
    }

    static String came(JsonNode value) {
        if (!value.isPojo() || FormValue.of(value).isFile()) return Came.of(value);
        return Came.cut(String.valueOf(FormValue.of(value).part().text()));
    }
}
