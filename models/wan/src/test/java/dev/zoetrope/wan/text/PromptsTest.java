package dev.zoetrope.wan.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * {@code prompts.json}: 205 prompts in many scripts and states, cleaned by diffusers' {@code prompt_clean} (with ftfy 6.3.1) and cut into
 * tokens by transformers with the tokenizer of toybox.
 */
class PromptsTest {
    private static final Path TOYBOX = Path.of("../toybox");

    private static JsonNode prompts() {
        try (InputStream in = Objects.requireNonNull(PromptsTest.class.getResourceAsStream("prompts.json"))) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void every_prompt_is_cleaned_as_the_reference_cleans_it() {
        SoftAssertions all = new SoftAssertions();
        for (JsonNode prompt : prompts()) {
            String text = prompt.get("prompt").asText();
            all.assertThat(PromptCleaning.clean(text))
                    .as(prompt.get("prompt").toString())
                    .isEqualTo(prompt.get("cleaned").asText());
        }
        all.assertAll();
    }

    @Test
    void every_prompt_is_cut_into_the_tokens_of_the_reference() {
        SoftAssertions all = new SoftAssertions();
        try (PromptTokenizer tokenizer = PromptTokenizer.load(TOYBOX.resolve("tokenizer"))) {
            for (JsonNode prompt : prompts()) {
                long[] expected = new ObjectMapper().convertValue(prompt.get("tokens"), long[].class);
                all.assertThat(tokenizer.tokens(prompt.get("cleaned").asText()))
                        .as(prompt.get("prompt").toString())
                        .isEqualTo(expected);
            }
        }
        all.assertAll();
        assertThat(prompts()).hasSizeGreaterThan(200);
    }
}
