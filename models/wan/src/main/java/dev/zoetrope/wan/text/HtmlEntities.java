package dev.zoetrope.wan.text;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Character references of HTML 5, resolved as Python's {@code html.unescape} does. */
final class HtmlEntities {
    private static final Pattern REFERENCE =
            Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");
    /** Bytes 80 to 9f, which HTML reads as Windows-1252. */
    private static final String WINDOWS_1252 =
            "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039"
                    + "\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d"
                    + "\u017e\u0178";
    /** Names, with their semicolon where they need one. */
    private static final Map<String, String> NAMES = read();

    private HtmlEntities() {}

    /** Names and the characters they stand for. */
    static Map<String, String> names() {
        return NAMES;
    }

    /** What HTML takes a control character of 80 to 9f for. */
    static String windows1252(char control) {
        return String.valueOf(WINDOWS_1252.charAt(control - 0x80));
    }

    static String unescape(String text) {
        if (text.indexOf('&') < 0) return text;
        return REFERENCE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(resolve(match)));
    }

    private static String resolve(MatchResult match) {
        String reference = match.group(1);
        return reference.charAt(0) == '#' ? number(reference) : name(reference);
    }

    private static String number(String reference) {
        boolean hex = Character.toLowerCase(reference.charAt(1)) == 'x';
        String digits = reference.substring(hex ? 2 : 1).replace(";", "").replaceFirst("^0+(?=.)", "");
        if (digits.length() > 9) return "\ufffd";
        long code = Long.parseLong(digits, hex ? 16 : 10);
        if (code == 0) return "\ufffd";
        if (code == 0x0d) return "\r";
        if (code >= 0x80 && code <= 0x9f) return windows1252((char) code);
        if (code >= 0xd800 && code <= 0xdfff || code > 0x10ffff) return "\ufffd";
        return isForbidden((int) code) ? "" : Character.toString((int) code);
    }

    /** Control characters and the code points that Unicode reserves for no character. */
    private static boolean isForbidden(int code) {
        return code >= 0x1 && code <= 0x8
                || code == 0xb
                || code >= 0xe && code <= 0x1f
                || code == 0x7f
                || code >= 0xfdd0 && code <= 0xfdef
                || (code & 0xfffe) == 0xfffe;
    }

    /** The name, or the longest name that it begins with: {@code &notit;} is ¬it;. */
    private static String name(String reference) {
        for (int end = reference.length(); end > 1; end--) {
            String character = NAMES.get(reference.substring(0, end));
            if (character != null) return character + reference.substring(end);
        }
        return "&" + reference;
    }

    private static Map<String, String> read() {
        Map<String, String> names = new HashMap<>(4096);
        Resources.lines("html5-entities.txt").forEach(line -> {
            String[] parts = line.split(" ", 0);
            StringBuilder characters = new StringBuilder();
            for (int i = 1; i < parts.length; i++) characters.appendCodePoint(Integer.parseInt(parts[i], 16));
            names.put(parts[0], characters.toString());
        });
        return Map.copyOf(names);
    }
}
