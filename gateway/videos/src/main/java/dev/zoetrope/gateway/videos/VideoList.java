package dev.zoetrope.gateway.videos;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of videos; the ids are null when it is empty. */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record VideoList(
        String object,
        List<VideoObject> data,
        @Nullable String firstId,
        @Nullable String lastId,
        boolean hasMore) {
    static VideoList of(List<VideoObject> page, boolean hasMore) {
        return new VideoList(
                "list",
                page,
                page.isEmpty() ? null : page.get(0).id(),
                page.isEmpty() ? null : page.get(page.size() - 1).id(),
                hasMore);
    }
}
