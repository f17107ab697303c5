package dev.zoetrope.gateway.content;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One range of RFC 9110 §14.
 *
 * @param from the first byte
 * @param length how many, at least 1
 */
record ByteRange(long from, long length) {
    private static final Pattern ONE = Pattern.compile("bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", Pattern.CASE_INSENSITIVE);
    private static final int LONGEST_NUMBER = 18;

    /** Thrown when the range begins behind the end: 416. */
    static final class Unsatisfiable extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * The range that the header asks for; empty for the whole, also when the header asks for several or makes no sense, as the RFC
     * allows.
     */
    static Optional<ByteRange> parse(@Nullable String header, long size) throws Unsatisfiable {
        Matcher matcher = header == null ? null : ONE.matcher(header.strip());
        if (matcher == null || !matcher.matches()) {
            return Optional.empty();
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        if (first.isEmpty() && last.isEmpty()) {
            return Optional.empty();
        }
        if (!first.isEmpty() && !last.isEmpty() && number(last) < number(first)) {
            return Optional.empty();
        }
        long from = first.isEmpty() ? Math.max(0, size - number(last)) : number(first);
        long to = first.isEmpty() || last.isEmpty() ? size - 1 : Math.min(size - 1, number(last));
        if (from >= size || from > to) {
            throw new Unsatisfiable();
        }
        return Optional.of(new ByteRange(from, to - from + 1));
    }

    /** For {@code Content-Range}. */
    String of(long size) {
        return "bytes " + from + "-" + (from + length - 1) + "/" + size;
    }

    /** A number of any length: what is longer than any file is behind its end. */
    private static long number(String digits) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        return significant.length() > LONGEST_NUMBER ? Long.MAX_VALUE : Long.parseLong(significant);
    }
}
