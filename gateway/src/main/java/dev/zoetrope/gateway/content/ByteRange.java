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
    private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /** Thrown when the range begins behind the end: 416. */
    static final class Unsatisfiable extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * The range that the header asks for; empty for the whole, also when the header asks for several or makes no sense, as the RFC
     * allows.
     */
    static Optional<ByteRange> parse(@Nullable String header, long size) throws Unsatisfiable {
        Matcher matcher = header == null ? null : ONE.matcher(header.replace(" ", ""));
        if (matcher == null || !matcher.matches() || matcher.group(0).equals("bytes=-")) {
            return Optional.empty();
        }
        String first = matcher.group(1);
        String last = matcher.group(2);
        long from = first.isEmpty() ? Math.max(0, size - Long.parseLong(last)) : Long.parseLong(first);
        long to = first.isEmpty() || last.isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(last));
        if (!first.isEmpty() && !last.isEmpty() && Long.parseLong(last) < Long.parseLong(first)) {
            return Optional.empty();
        }
        if (from >= size || from > to) {
            throw new Unsatisfiable();
        }
        return Optional.of(new ByteRange(from, to - from + 1));
    }

    /** For {@code Content-Range}. */
    String of(long size) {
        return "bytes %d-%d/%d".formatted(from, from + length - 1, size);
    }
}
