package dev.zoetrope.wan.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text that was written as UTF-8 and read as something else: found by the unlikely neighbours it leaves, and put right. Follows ftfy 6.3.1,
 * {@code fix_encoding} (Robyn Speer, Apache License 2.0).
 */
final class Mojibake {
    private static final Pattern BADNESS = pattern("badness.regex");
    private static final Pattern EMBEDDED_UTF8 = pattern("embedded-utf8.regex");
    private static final Pattern C1_CONTROL = Pattern.compile("[\\x80-\\x9f]");

    /** Bytes that Windows-1252 has no character for. */
    private static final String UNASSIGNED = "\u0081\u008d\u008f\u0090\u009d";

    // Patterns over bytes
    private static final Pattern A_GRAVE_WORD = Pattern.compile("\\xc3 (?! |quele|quela|quilo|s )");
    private static final Pattern ALTERED_UTF8 = Pattern.compile(
            "[\\xc2\\xc3\\xc5\\xce\\xd0\\xd9][ ]"
                    + "|[\\xe2\\xe3][ ][\\x80-\\x84\\x86-\\x9f\\xa1-\\xbf]"
                    + "|[\\xe0-\\xe3][\\x80-\\x84\\x86-\\x9f\\xa1-\\xbf][ ]"
                    + "|\\xf0[ ][\\x80-\\xbf][\\x80-\\xbf]|\\xf0[\\x80-\\xbf][ ][\\x80-\\xbf]|\\xf0[\\x80-\\xbf][\\x80-\\xbf][ ]");
    private static final Pattern LOSSY_UTF8 = Pattern.compile("[\\xc2-\\xdf]\\x1a|[\\xc2-\\xc3][?]"
            + "|\\xed[\\xa0-\\xaf][\\x1a?]\\xed[\\xb0-\\xbf][\\x1a?\\x80-\\xbf]"
            + "|\\xed[\\xa0-\\xaf][\\x1a?\\x80-\\xbf]\\xed[\\xb0-\\xbf][\\x1a?]"
            + "|[\\xe0-\\xef][\\x1a?][\\x1a\\x80-\\xbf]|[\\xe0-\\xef][\\x1a\\x80-\\xbf][\\x1a?]"
            + "|[\\xf0-\\xf4][\\x1a?][\\x1a\\x80-\\xbf][\\x1a\\x80-\\xbf]"
            + "|[\\xf0-\\xf4][\\x1a\\x80-\\xbf][\\x1a?][\\x1a\\x80-\\xbf]"
            + "|[\\xf0-\\xf4][\\x1a\\x80-\\xbf][\\x1a\\x80-\\xbf][\\x1a?]|\\x1a");
    /** What UTF-8 does not allow but some write: both halves of a surrogate pair (CESU-8), and Java's zero. */
    private static final Pattern VARIANT =
            Pattern.compile("\\xed([\\xa0-\\xaf])([\\x80-\\xbf])\\xed([\\xb0-\\xbf])([\\x80-\\xbf])|\\xc0\\x80");

    private Mojibake() {}

    private static Pattern pattern(String resource) {
        return Pattern.compile(Resources.text(resource), Pattern.COMMENTS | Pattern.UNIX_LINES);
    }

    /** Repairs until nothing changes: text may have been misread twice. */
    static String repair(String text) {
        String before = text;
        for (String after = repairOnce(before); ; after = repairOnce(before)) {
            if (after.equals(before)) return after;
            before = after;
        }
    }

    private static boolean isBad(String text) {
        return BADNESS.matcher(text).find();
    }

    private static String repairOnce(String text) {
        if (!isBad(text)) return text;
        String reread = reread(text);
        if (reread != null) return reread;
        String embedded =
                EMBEDDED_UTF8.matcher(text).replaceAll(m -> Matcher.quoteReplacement(repairPart(m.group(), text)));
        if (!embedded.equals(text)) return embedded;
        String windows = windows1252(text);
        if (windows != null && !windows.equals(text)) return windows;
        return repairControls(text);
    }

    /** The text read again as UTF-8, if there is an encoding in which it makes sense. */
    private static @Nullable String reread(String text) {
        for (SingleByteEncoding encoding : SingleByteEncoding.ALL) {
            String bytes = encoding.encode(text);
            if (bytes == null) continue;
            if (!encoding.name().equals("macroman")) bytes = restoreNoBreakSpaces(bytes);
            if (encoding.sloppy()) bytes = LOSSY_UTF8.matcher(bytes).replaceAll("\u00ef\u00bf\u00bd");
            String decoded = utf8(bytes);
            if (decoded != null) return decoded;
        }
        return null;
    }

    /** Byte a0, which others have replaced by a blank. */
    private static String restoreNoBreakSpaces(String bytes) {
        if (!ALTERED_UTF8.matcher(bytes).find()) return bytes;
        String words = A_GRAVE_WORD.matcher(bytes).replaceAll("\u00c3\u00a0 ");
        return ALTERED_UTF8.matcher(words).replaceAll(m -> m.group().replace(' ', '\u00a0'));
    }

    private static @Nullable String utf8(String bytes) {
        StringBuilder text = new StringBuilder();
        Matcher variant = VARIANT.matcher(bytes);
        int from = 0;
        while (variant.find()) {
            if (!decode(bytes.substring(from, variant.start()), text)) return null;
            text.appendCodePoint(variant.group(1) == null ? 0 : surrogatePair(variant.group()));
            from = variant.end();
        }
        return decode(bytes.substring(from), text) ? text.toString() : null;
    }

    private static int surrogatePair(String b) {
        return 0x10000
                + ((b.charAt(1) & 0x0f) << 16)
                + ((b.charAt(2) & 0x3f) << 10)
                + ((b.charAt(4) & 0x0f) << 6)
                + (b.charAt(5) & 0x3f);
    }

    private static boolean decode(String bytes, StringBuilder text) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
            text.append(StandardCharsets.UTF_8.newDecoder().decode(buffer));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static String repairPart(String part, String whole) {
        return part.length() < whole.length() && isBad(part) ? repair(part) : part;
    }

    /** Text that fits Latin-1, read as the Windows encoding that it is often confused with; null where it does not fit. */
    private static @Nullable String windows1252(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff || UNASSIGNED.indexOf(text.charAt(i)) >= 0) return null;
        }
        return repairControls(text);
    }

    /** Control characters 80 to 9f as the Windows characters that browsers take them for. */
    static String repairControls(String text) {
        return C1_CONTROL
                .matcher(text)
                .replaceAll(m -> HtmlEntities.windows1252(m.group().charAt(0)));
    }
}
