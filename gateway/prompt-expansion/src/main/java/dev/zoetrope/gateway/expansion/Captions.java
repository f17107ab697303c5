package dev.zoetrope.gateway.expansion;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the prompts of a job were rewritten into.
 *
 * @param byPrompt in the order of the shots; equal prompts have equal captions
 */
public record Captions(Map<String, String> byPrompt) {
    /** Nothing was to be rewritten. */
    public static final Captions NONE = new Captions(Map.of());

    /** The prompt's caption, or the prompt where there is none. */
    public String of(String prompt) {
        return byPrompt.getOrDefault(prompt, prompt);
    }

    /** All captions, a paragraph each. */
    public String paragraphs() {
        return byPrompt.values().stream().collect(Collectors.joining("\n\n"));
    }

    /** Whether nothing was to be rewritten. */
    public boolean isNone() {
        return byPrompt.isEmpty();
    }
}
