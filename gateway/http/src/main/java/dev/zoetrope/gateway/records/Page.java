package dev.zoetrope.gateway.records;

import dev.zoetrope.contracts.JobId;
import dev.zoetrope.gateway.problems.ApiProblem;
import java.util.Comparator;
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

    /**
     * How a list is asked for.
     *
     * @param after the id of the entry to go on behind, which may be gone meanwhile: ids are in the order of time
     */
    public record Query(
            @Nullable String limit,
            @Nullable String order,
            @Nullable String after) {}

    /**
     * The part that is asked for.
     *
     * @param oldestFirst all entries, by their ids
     * @param prefix of their ids, {@code file}
     * @param usual how many where no limit is said
     * @param most the largest limit
     * @throws ApiProblem 400 that names the parameter
     */
    public static <T> Page<T> of(
            List<T> oldestFirst,
            Function<T, String> id,
            String prefix,
            Query query,
            String usualOrder,
            int usual,
            int most) {
        boolean newestFirst = order(query.order(), usualOrder).equals("desc");
        int limit = limit(query.limit(), 1, usual, most);
        String after = cursor(query.after(), prefix);
        Comparator<String> order = newestFirst ? Comparator.reverseOrder() : Comparator.naturalOrder();
        List<T> left = oldestFirst.stream()
                .filter(entry -> after == null || order.compare(id.apply(entry), after) > 0)
                .sorted(Comparator.comparing(id, order))
                .toList();
        List<T> page = left.stream().limit(limit).toList();
        return new Page<>(
                page,
                left.size() > page.size(),
                page.isEmpty() ? null : id.apply(page.get(0)),
                page.isEmpty() ? null : id.apply(page.get(page.size() - 1)));
    }

    /**
     * The id that a list goes on behind.
     *
     * @throws ApiProblem 400 when it is no id of that kind
     */
    public static @Nullable String cursor(@Nullable String after, String prefix) {
        if (after != null && !(JobId.isValid(after) && after.startsWith(prefix + "_"))) {
            throw ApiProblem.invalid(
                    "after", "after: expected the id of an entry of the list, %s_…, came %s".formatted(prefix, after));
        }
        return after;
    }

    /** @throws ApiProblem 400 unless it is asc, desc or null */
    public static String order(@Nullable String text, String usual) {
        if (text != null && !text.equals("asc") && !text.equals("desc")) {
            throw ApiProblem.invalid("order", "order: expected asc or desc, came " + text);
        }
        return text == null ? usual : text;
    }

    /** @throws ApiProblem 400 unless it is a whole number in the range, or null */
    public static int limit(@Nullable String text, int least, int usual, int most) {
        if (text == null) {
            return usual;
        }
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw ApiProblem.invalid(
                    "limit", "limit: expected a whole number from %d to %d, came %s".formatted(least, most, text));
        }
        return Integer.parseInt(text);
    }
}
