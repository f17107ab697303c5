package dev.zoetrope.gateway.problems;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** {@code {"error": {"message", "type", "param", "code"}}}, all four always present. */
public record ErrorBody(Detail error) {
    /** What went wrong. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Detail(
            String message,
            String type,
            @Nullable String param,
            @Nullable String code) {}
}
