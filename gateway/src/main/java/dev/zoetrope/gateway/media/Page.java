package dev.zoetrope.gateway.media;

import dev.zoetrope.gateway.problems.ApiProblem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list, as {@code limit}, {@code order} and {@code after} ask for it.
 *
 * @param hasMore whether there are entries behind the last
 * @param firstId null when the part is empty
 * @param lastId what to ask {@code after} for the next part; null when this one is empty
 */
public record Page<T>(
        List<T> entries,
        boolean hasMore,
        @Nullable String firstId,
        @Nullable String lastId) {

    /** How a list is asked for. */
    public record Wanted(
            @Nullable String limit,
            @Nullable String order,
            @Nullable String after) {}

    /**
     * The part that is asked for.
     *
     * @param oldestFirst all entries
     * @param usual how many where no limit is said
     * @param most the largest limit
     * @throws ApiProblem 400 or 404 that names the parameter
     */
    public static <T> Page<T> of(
            List<T> oldestFirst, Function<T, String> id, Wanted wanted, String usualOrder, int usual, int most) {
        List<T> all = new ArrayList<>(oldestFirst);
        if (order(wanted.order(), usualOrder).equals("desc")) {
            Collections.reverse(all);
        }
        List<T> left = behind(all, id, wanted.after());
        List<T> page = left.stream().limit(limit(wanted.limit(), usual, most)).toList();
        return new Page<>(
                page,
                left.size() > page.size(),
                page.isEmpty() ? null : id.apply(page.get(0)),
                page.isEmpty() ? null : id.apply(page.get(page.size() - 1)));
    }

    private static <T> List<T> behind(List<T> all, Function<T, String> id, @Nullable String after) {
        if (after == null) {
            return all;
        }
        int at = all.stream().map(id).toList().indexOf(after);
        if (at < 0) {
            throw ApiProblem.notFound("after", "after: expected the id of an entry of the list, came another");
        }
        return all.subList(at + 1, all.size());
    }

    private static String order(@Nullable String text, String usual) {
        if (text != null && !text.equals("asc") && !text.equals("desc")) {
            throw ApiProblem.invalid("order", "order: expected asc or desc, came " + text);
        }
        return text == null ? usual : text;
    }

    private static int limit(@Nullable String text, int usual, int most) {
        if (text == null) {
            return usual;
        }
        if (!text.matches("[1-9][0-9]{0,4}") || Integer.parseInt(text) > most) {
            throw ApiProblem.invalid(
                    "limit", "limit: expected a whole number from 1 to %d, came %s".formatted(most, text));
        }
        return Integer.parseInt(text);
    }
}
