package dev.zoetrope.wan.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zoetrope.engine.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code prompts.json}: 205 prompts in many scripts and states, cleaned by diffusers' {@code prompt_clean} (with ftfy 6.3.1) and cut into
 * tokens by transformers with the tokenizer of toybox, and with one that knows all those scripts and asks for padding.
 */
class PromptsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static JsonNode prompts() {
        try (InputStream in = Objects.requireNonNull(PromptsTest.class.getResourceAsStream("prompts.json"))) {
            return JSON.readTree(in);
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

    @ParameterizedTest
    @CsvSource({
        "../toybox/tokenizer, tokens",
        "src/test/resources/dev/zoetrope/wan/text/scripts-tokenizer, tokens_of_scripts"
    })
    void every_prompt_is_cut_into_the_tokens_of_the_reference(Path folder, String field) {
        SoftAssertions all = new SoftAssertions();
        try (PromptTokenizer tokenizer = PromptTokenizer.load(folder)) {
            for (JsonNode prompt : prompts()) {
                long[] expected = JSON.convertValue(prompt.get(field), long[].class);
                all.assertThat(tokenizer.tokens(prompt.get("cleaned").asText()))
                        .as(prompt.get("prompt").toString())
                        .isEqualTo(expected);
            }
        }
        all.assertAll();
        assertThat(prompts()).hasSizeGreaterThan(200);
    }

    @Test
    void a_folder_without_tokenizer_json_is_refused_by_name(@TempDir Path folder) {
        assertThatThrownBy(() -> PromptTokenizer.load(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(folder.resolve("tokenizer.json").toString());
    }

    @Test
    void a_tokenizer_that_cannot_be_read_is_refused_by_name(@TempDir Path folder) throws IOException {
        // Given
        Path file = Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Abacus\"}}");

        // Then
        assertThatThrownBy(() -> PromptTokenizer.load(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(file.toString());
    }
}
