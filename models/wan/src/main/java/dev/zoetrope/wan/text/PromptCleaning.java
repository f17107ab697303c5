package dev.zoetrope.wan.text;

import java.util.regex.Pattern;

/** What the reference does to a prompt before it is cut into tokens ({@code prompt_clean}). */
final class PromptCleaning {
    /** What Python's regular expressions count as white space. */
    private static final String SPACE =
            "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";

    private static final Pattern SPACES = Pattern.compile(SPACE + "+");
    private static final Pattern ENDS = Pattern.compile("^ | $");

    private PromptCleaning() {}

    /** Mends the text, resolves HTML's character references twice, and makes all white space single blanks. */
    static String clean(String prompt) {
        String text = HtmlEntities.unescape(HtmlEntities.unescape(TextRepair.repair(prompt)));
        return ENDS.matcher(SPACES.matcher(text).replaceAll(" ")).replaceAll("");
    }
}
