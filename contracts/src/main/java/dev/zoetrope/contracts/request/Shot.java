package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.annotation.JsonFormat;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One shot of a storyboard.
 *
 * @param cut whether it starts afresh; false goes on from the shot before; null is true
 */
public record Shot(
        @Schema(description = "What is to be seen.") @NotNull @Size(min = 1, max = Limits.PROMPT)
        String prompt,

        @Schema(type = SchemaType.STRING, description = "Its length, as text.", examples = "2")
        @NotNull
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @Positive
        @Digits(integer = 6, fraction = 6)
        BigDecimal seconds,

        @Schema(description = "Whether it starts afresh; false goes on from the shot before.", defaultValue = "true")
        @Nullable
        Boolean cut) {
    /** Whether it starts afresh. */
    public boolean startsAfresh() {
        return !Boolean.FALSE.equals(cut);
    }
}
