package dev.zoetrope.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/asyncapi.yaml} to the code. After a wanted change: {@code -Dgolden.update=true}. */
class AsyncApiTest {
    private static final Path DOCUMENT = Path.of("../docs/asyncapi.yaml");
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    @Test
    void the_document_says_what_the_records_say() throws IOException {
        // Given
        JsonNode expected = YAML.readTree(YAML.writeValueAsBytes(AsyncApi.document()));
        if (Boolean.getBoolean("golden.update")) {
            YAML.writeValue(DOCUMENT.toFile(), AsyncApi.document());
        }

        // When
        JsonNode document = YAML.readTree(Files.readAllBytes(DOCUMENT));

        // Then
        assertThat(document).isEqualTo(expected);
    }

    @Test
    void every_topic_is_a_channel() throws IOException {
        // Given
        List<String> topics = Topics.all();

        // When
        Iterator<String> channels =
                YAML.readTree(Files.readAllBytes(DOCUMENT)).get("channels").fieldNames();

        // Then
        assertThat(channels).toIterable().containsExactlyInAnyOrderElementsOf(topics);
    }

    @Test
    void every_reference_has_its_target() throws IOException {
        // Given
        JsonNode document = YAML.readTree(Files.readAllBytes(DOCUMENT));

        // When
        List<String> references = document.findValuesAsText("$ref");

        // Then
        assertThat(references).isNotEmpty().allSatisfy(reference -> assertThat(
                        document.at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
        assertThat(StreamSupport.stream(document.at("/components/schemas").spliterator(), false))
                .isNotEmpty();
    }
}
