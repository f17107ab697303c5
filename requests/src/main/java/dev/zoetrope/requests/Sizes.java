package dev.zoetrope.requests;

import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link Size} as clients count: characters, not UTF-16 units; what needs one character needs one that can be seen. */
final class Sizes {
    private Sizes() {}

    /** Of a text. */
    public static final class OfText implements ConstraintValidator<Size, CharSequence> {
        private int least;
        private int most;

        @Override
        public void initialize(Size size) {
            least = size.min();
            most = size.max();
        }

        @Override
        public boolean isValid(@Nullable CharSequence text, ConstraintValidatorContext context) {
            if (text == null) return true;
            long length = text.codePoints().count();
            return length >= least
                    && length <= most
                    && (least == 0 || !text.toString().isBlank());
        }
    }

    /** Of a list. */
    public static final class OfList implements ConstraintValidator<Size, List<?>> {
        private int least;
        private int most;

        @Override
        public void initialize(Size size) {
            least = size.min();
            most = size.max();
        }

        @Override
        public boolean isValid(@Nullable List<?> list, ConstraintValidatorContext context) {
            return list == null || list.size() >= least && list.size() <= most;
        }
    }
}
