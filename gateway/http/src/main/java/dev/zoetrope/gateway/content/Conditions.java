package dev.zoetrope.gateway.content;

import jakarta.ws.rs.core.HttpHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request says about the bytes that it wants: RFC 9110 §13 and §14, each header as the client sent it. Read it at once, not in
 * a continuation.
 */
public record Conditions(
        @Nullable String range,
        @Nullable String ifRange,
        @Nullable String ifMatch,
        @Nullable String ifNoneMatch,
        @Nullable String ifModifiedSince,
        @Nullable String ifUnmodifiedSince) {
    private static final Pattern TAG = Pattern.compile("(W/)?\"[\\x21\\x23-\\x7e\\x80-\\xff]*\"");

    /** What is to be done. */
    enum Verdict {
        /** All or a range. */
        DELIVER,
        /** All, whatever range is asked for: what the client has a part of has changed. */
        DELIVER_WHOLE,
        /** 304. */
        NOT_MODIFIED,
        /** 412. */
        PRECONDITION_FAILED
    }

    public static Conditions of(HttpHeaders headers) {
        return new Conditions(
                headers.getHeaderString("Range"),
                headers.getHeaderString("If-Range"),
                headers.getHeaderString("If-Match"),
                headers.getHeaderString("If-None-Match"),
                headers.getHeaderString("If-Modified-Since"),
                headers.getHeaderString("If-Unmodified-Since"));
    }

    /**
     * In the order of RFC 9110 §13.2.2.
     *
     * @param tag the entity tag, strong, in its quotes
     * @param modified when it was last modified; null where that is not known
     */
    Verdict verdict(String tag, @Nullable Instant modified) {
        Instant at = modified == null ? null : modified.truncatedTo(ChronoUnit.SECONDS);
        if (ifMatch != null) {
            if (!matches(ifMatch, tag, false)) return Verdict.PRECONDITION_FAILED;
        } else if (at != null && isBefore(date(ifUnmodifiedSince), at)) {
            return Verdict.PRECONDITION_FAILED;
        }
        if (ifNoneMatch != null) {
            if (matches(ifNoneMatch, tag, true)) return Verdict.NOT_MODIFIED;
        } else if (at != null && isNotBefore(date(ifModifiedSince), at)) {
            return Verdict.NOT_MODIFIED;
        }
        return ifRange == null || isSame(ifRange, tag, at) ? Verdict.DELIVER : Verdict.DELIVER_WHOLE;
    }

    /** A weak tag matches where the comparison may be weak; then what it marks is what counts. */
    private static boolean matches(String header, String tag, boolean weakly) {
        if (header.strip().equals("*")) {
            return true;
        }
        Matcher tags = TAG.matcher(header);
        while (tags.find()) {
            boolean weak = tags.group(1) != null;
            String came = weak ? tags.group().substring(2) : tags.group();
            if (came.equals(tag) && (weakly || !weak)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSame(String header, String tag, @Nullable Instant modified) {
        String came = header.strip();
        return came.startsWith("\"") || came.startsWith("W/")
                ? came.equals(tag)
                : modified != null && modified.equals(date(came));
    }

    private static boolean isBefore(@Nullable Instant said, Instant modified) {
        return said != null && said.isBefore(modified);
    }

    private static boolean isNotBefore(@Nullable Instant said, Instant modified) {
        return said != null && !said.isBefore(modified);
    }

    /** A date that cannot be read is as good as none, says the RFC. */
    private static @Nullable Instant date(@Nullable String text) {
        try {
            return text == null
                    ? null
                    : ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
