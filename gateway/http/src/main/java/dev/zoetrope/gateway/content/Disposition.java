package dev.zoetrope.gateway.content;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * How a browser is to keep what it gets: RFC 6266.
 *
 * @param type {@code inline} for what it may show, {@code attachment} for what it may not
 * @param fileName of any characters; what may not be in a file's name is left out
 */
public record Disposition(String type, String fileName) {
    private static final int LONGEST = 200;

    /** What we made: shown where the browser can, and kept under this name. */
    public static Disposition inline(String fileName) {
        return new Disposition("inline", fileName);
    }

    /** What somebody brought: never shown, since it may be anything. */
    public static Disposition attachment(String fileName) {
        return new Disposition("attachment", fileName);
    }

    String header() {
        String name = safe(fileName);
        String plain = name.replaceAll("[^\\x20-\\x7e]", "_").replaceAll("[\"\\\\%]", "_");
        String header = "%s; filename=\"%s\"".formatted(type, plain);
        return plain.equals(name) ? header : header + "; filename*=UTF-8''" + encoded(name);
    }

    private static String safe(String name) {
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
                .replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}]", "")
                .strip();
        String cut = last.codePointCount(0, last.length()) <= LONGEST
                ? last
                : last.substring(0, last.offsetByCodePoints(0, LONGEST));
        return cut.isEmpty() || cut.matches("\\.+") ? "file" : cut;
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }
}
