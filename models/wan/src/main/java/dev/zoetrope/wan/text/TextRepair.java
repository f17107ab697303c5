package dev.zoetrope.wan.text;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Mends what copying and misreading do to text, line by line. Follows ftfy 6.3.1, {@code fix_text} (Robyn Speer, Apache License 2.0). */
final class TextRepair {
    private static final Pattern ENTITY = Pattern.compile("&#?[0-9A-Za-z]{1,24};");
    private static final Map<String, String> ENTITIES = entities();
    private static final Map<Character, String> LETTERS = letters();
    private static final Pattern DOUBLE_QUOTES = Pattern.compile("[\\u201c-\\u201f]");
    private static final Pattern SINGLE_QUOTES = Pattern.compile("[\\u02bc\\u2018-\\u201b]");
    private static final Pattern LINE_BREAKS = Pattern.compile("\\r\\n|[\\r\\u2028\\u2029\\u0085]");
    private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");
    private static final Pattern TERMINAL_ESCAPES = Pattern.compile("\\x1b\\[(?:\\p{Nd}|;)*+[a-zA-Z]");
    private static final Pattern INVISIBLE =
            Pattern.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f\\u206a-\\u206f\\ufeff\\ufff9-\\ufffc]");

    private TextRepair() {}

    static String repair(String text) {
        StringBuilder repaired = new StringBuilder(text.length());
        boolean entities = true; // until a < says that this is HTML
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf('\n', from) + 1;
            if (end == 0) end = text.length();
            String line = text.substring(from, end);
            entities &= line.indexOf('<') < 0;
            repaired.append(repairLine(line, entities));
            from = end;
        }
        return repaired.toString();
    }

    private static String repairLine(String line, boolean entities) {
        String before = line;
        for (String after = repairOnce(before, entities); ; after = repairOnce(before, entities)) {
            if (after.equals(before)) return after;
            before = after;
        }
    }

    private static String repairOnce(String line, boolean entities) {
        String text = entities ? unescape(line) : line;
        text = Mojibake.repairControls(Mojibake.repair(text));
        text = replaceLetters(text);
        text = SINGLE_QUOTES
                .matcher(DOUBLE_QUOTES.matcher(text).replaceAll("\""))
                .replaceAll("'");
        text = LINE_BREAKS.matcher(text).replaceAll("\n");
        text = LONE_SURROGATE.matcher(text).replaceAll("\ufffd");
        text = TERMINAL_ESCAPES.matcher(text).replaceAll("");
        text = INVISIBLE.matcher(text).replaceAll("");
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    /** Only references that cannot be meant otherwise: with a semicolon, and in capitals where that is no name of its own. */
    private static String unescape(String text) {
        if (text.indexOf('&') < 0) return text;
        return ENTITY.matcher(text).replaceAll(m -> Matcher.quoteReplacement(unescapeOne(m.group())));
    }

    private static String unescapeOne(String reference) {
        String character = ENTITIES.get(reference);
        if (character != null) return character;
        if (!reference.startsWith("&#")) return reference;
        String unescaped = HtmlEntities.unescape(reference);
        return unescaped.contains(";") ? reference : unescaped;
    }

    private static Map<String, String> entities() {
        Map<String, String> entities = new HashMap<>();
        HtmlEntities.names().forEach((name, character) -> {
            if (!name.endsWith(";")) return;
            entities.put("&" + name, character);
            if (!name.equals(name.toLowerCase(Locale.ROOT))) return;
            String capitals = "&" + name.toUpperCase(Locale.ROOT);
            if (HtmlEntities.unescape(capitals).equals(capitals)) {
                entities.put(capitals, character.toUpperCase(Locale.ROOT));
            }
        });
        return entities;
    }

    private static String replaceLetters(String text) {
        StringBuilder replaced = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            String letters = LETTERS.get(text.charAt(i));
            if (letters == null) replaced.append(text.charAt(i));
            else replaced.append(letters);
        }
        return replaced.toString();
    }

    /** Latin ligatures as their letters, and letters of unusual width as usual ones. */
    private static Map<Character, String> letters() {
        Map<Character, String> letters = new HashMap<>();
        String ligatures = "ĲIJ ĳij ŉʼn ǱDZ ǲDz ǳdz ǄDŽ ǅDž ǆdž ǇLJ ǈLj ǉlj ǊNJ ǋNj ǌnj ﬀff ﬁfi ﬂfl ﬃffi ﬄffl ﬅſt ﬆst";
        for (String ligature : ligatures.split(" ", 0)) letters.put(ligature.charAt(0), ligature.substring(1));
        letters.put('\u3000', " ");
        for (char wide = '\uff01'; wide < '\ufff0'; wide++) {
            String usual = Normalizer.normalize(String.valueOf(wide), Normalizer.Form.NFKC);
            if (!usual.equals(String.valueOf(wide))) letters.put(wide, usual);
        }
        return letters;
    }
}
