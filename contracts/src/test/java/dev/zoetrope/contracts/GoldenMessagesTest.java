package dev.zoetrope.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is on the wire, held still. After a wanted change: {@code -Dgolden.update=true}, and look at the difference. */
class GoldenMessagesTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden");

    @ParameterizedTest
    @MethodSource("samples")
    void a_message_is_written_as_its_golden_file_says(Message sample) throws IOException {
        // Given
        Path golden = FOLDER.resolve(sample.type() + ".json");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden, pretty(sample));
        }

        // When
        String written = pretty(sample);

        // Then
        assertThat(written).isEqualTo(Files.readString(golden));
    }

    @ParameterizedTest
    @MethodSource("samplesThatWeRead")
    void a_golden_file_is_read_as_its_message(Message sample) throws IOException {
        // Given
        byte[] golden = Files.readAllBytes(FOLDER.resolve(sample.type() + ".json"));

        // When
        Message read = Codecs.of(sample).decode(golden);

        // Then
        assertThat(read).isEqualTo(sample);
    }

    @Test
    void every_kind_of_message_has_a_golden_file_and_no_other_file_is_there() throws IOException {
        // Given
        List<String> expected = Stream.concat(
                        Codecs.ALL.stream().flatMap(codec -> codec.types().keySet().stream()),
                        Stream.of(GenerationRequested.class.getSimpleName()))
                .map(type -> type + ".json")
                .sorted()
                .toList();

        // When
        List<String> files;
        try (Stream<Path> folder = Files.list(FOLDER)) {
            files = folder.map(file -> file.getFileName().toString()).sorted().toList();
        }

        // Then
        assertThat(files).isEqualTo(expected);
    }

    @Test
    void messages_of_one_topic_have_one_form_of_key_and_headers() {
        // Given
        Map<String, List<Message>> byTopic =
                Samples.all().stream().collect(Collectors.groupingBy(Message::destination));

        // When
        Map<String, Set<String>> forms = byTopic.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, topic -> topic.getValue().stream()
                        .map(GoldenMessagesTest::form)
                        .collect(Collectors.toSet())));

        // Then
        String headers = "ce_specversion, ce_id, ce_source, ce_type, ce_subject, ce_time, content-type";
        assertThat(forms.keySet()).containsExactlyInAnyOrderElementsOf(Topics.all());
        for (Stage stage : Stage.values()) {
            assertThat(forms.get(stage.topic())).containsExactly("no key; " + headers);
        }
        assertThat(forms.get(Topics.JOBS)).containsExactly("keyed by its subject; " + headers);
        assertThat(forms.get(Topics.CONTROL)).containsExactly("keyed by its subject; " + headers);
        assertThat(forms.get(Topics.MODELS)).containsExactly("keyed by its subject; " + headers);
        assertThat(forms.get(Topics.REQUESTS)).containsExactly("keyed by its subject; " + headers);
        assertThat(forms.get(Topics.DEAD_LETTERS)).containsExactly("keyed by its subject; " + headers);
    }

    private static String form(Message message) {
        String key = message.key() == null
                ? "no key"
                : message.key().equals(message.subject()) ? "keyed by its subject" : "keyed by something else";
        return key + "; "
                + String.join(
                        ", ",
                        CloudEvent.of(message, "/zoetrope/test", null).headers().keySet());
    }

    static List<Message> samples() {
        return Samples.all();
    }

    static List<Message> samplesThatWeRead() {
        return samples().stream()
                .filter(message -> !(message instanceof GenerationRequested))
                .toList();
    }

    private static String pretty(Message message) throws IOException {
        byte[] bytes = Codec.write(message);
        return Codec.Json.MAPPER
                        .writer()
                        .with(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(Codec.Json.MAPPER.readTree(bytes))
                + "\n";
    }
}
