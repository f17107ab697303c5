package dev.zoetrope.requests;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a field's constraints admit, in words: all of them at once, whichever is broken. */
record Expected(Field field) {
    static Expected of(Class<?> record, RecordComponent component) {
        try {
            return new Expected(record.getDeclaredField(component.getName()));
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("every component of a record is a field", e);
        }
    }

    /** The range of a number. */
    String text(boolean whole) {
        String least = least();
        String most = most();
        String kind = whole ? "a whole number" : "a number";
        if (least != null && most != null) return "%s from %s to %s".formatted(kind, least, most);
        if (least != null) return "%s of at least %s".formatted(kind, least);
        return most == null ? kind : "%s of at most %s".formatted(kind, most);
    }

    /** A length of time. */
    String seconds() {
        Digits digits = get(Digits.class);
        String most = digits == null
                ? ""
                : " and below " + BigDecimal.TEN.pow(digits.integer()).toPlainString();
        String decimals = digits == null ? "" : ", with at most %d decimals".formatted(digits.fraction());
        return "a number of seconds as a string, more than 0" + most + decimals;
    }

    /** What is wrong with a value that was bound. */
    RequestRefused refused(String path, Object value) {
        Pattern pattern = get(Pattern.class);
        if (pattern != null) return RequestRefused.invalid(path, pattern.message(), Came.of(value, false));
        if (value instanceof BigDecimal) return RequestRefused.invalid(path, seconds(), Came.of(value, false));
        if (value instanceof Number) {
            return RequestRefused.invalid(path, text(!(value instanceof Double)), Came.of(value, false));
        }
        return RequestRefused.invalid(
                path, size(value instanceof List ? "entries" : "characters"), Came.of(value, true));
    }

    private String size(String of) {
        Size size = get(Size.class);
        if (size == null) throw new IllegalStateException("no words for the constraints of " + field);
        if (size.max() == Integer.MAX_VALUE) return "at least %d %s".formatted(size.min(), of);
        return "%d to %d %s".formatted(size.min(), size.max(), of);
    }

    private @Nullable String least() {
        Min min = get(Min.class);
        DecimalMin decimal = get(DecimalMin.class);
        return min != null ? String.valueOf(min.value()) : decimal == null ? null : decimal.value();
    }

    private @Nullable String most() {
        Max max = get(Max.class);
        DecimalMax decimal = get(DecimalMax.class);
        return max != null ? String.valueOf(max.value()) : decimal == null ? null : decimal.value();
    }

    private <A extends Annotation> @Nullable A get(Class<A> annotation) {
        return field.getAnnotation(annotation);
    }
}
