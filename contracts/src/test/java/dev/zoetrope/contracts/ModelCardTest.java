package dev.zoetrope.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A card that would be unsafe to plan with is no card. */
class ModelCardTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/name|\" \"|name: expected a name",
                "/sizeMultiple|0|sizeMultiple: expected 1 to 32768, came 0",
                "/maxSize|8|maxSize: expected 16 to 32768, came 8",
                "/maxSize|2000000000|maxSize: expected 16 to 32768, came 2000000000",
                "/width|72|width: expected a multiple of 16 from 16 to 256, came 72",
                "/width|272|width: expected a multiple of 16 from 16 to 256, came 272",
                "/height|0|height: expected a multiple of 16 from 16 to 256, came 0",
                "/sampling/steps|0|steps: expected 1 to 1000, came 0",
                "/sampling/steps|1001|steps: expected 1 to 1000, came 1001",
                "/sampling/guidance|0.5|guidance: expected 1 to 100, came 0.5",
                "/sampling/guidance|1e300|guidance: expected 1 to 100, came 1.0E300",
                "/video/frames|1|frames: expected 4 k + 1 with k of at least 1, at most 100000, came 1",
                "/video/frames|0|frames: expected 4 k + 1 with k of at least 1, at most 100000, came 0",
                "/video/frames|-3|frames: expected 4 k + 1 with k of at least 1, at most 100000, came -3",
                "/video/frames|32|frames: expected 4 k + 1 with k of at least 1, at most 100000, came 32",
                "/video/frames|2147483645|frames: expected 4 k + 1 with k of at least 1, at most 100000, came"
                        + " 2147483645",
                "/video/temporalFactor|0|temporalFactor: expected at least 1, came 0",
                "/video/framesPerSecond|0|framesPerSecond: expected 1 to 240, came 0",
                "/video|null|continuation: expected none without video, came Continuation[]",
                "/classes|{\"labels\":[]}|labels: expected at least one, came []"
            })
    void a_bad_card_is_refused_with_a_sentence(String place, String value, String reason) throws IOException {
        // Given
        JsonNode offer = Codec.Json.MAPPER.readTree(Codec.MODELS.encode(Samples.offer()));
        String field = place.substring(place.lastIndexOf('/') + 1);
        ObjectNode parent = (ObjectNode) offer.at("/card" + place.substring(0, place.lastIndexOf('/')));
        parent.set(field, Codec.Json.MAPPER.readTree(value));
        byte[] bad = offer.toString().getBytes(StandardCharsets.UTF_8);

        // When, Then
        assertThatThrownBy(() -> Codec.MODELS.decode(bad))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void a_model_of_still_pictures_has_one_frame_and_no_rate_of_its_own() {
        // Given
        ModelCard card = new ModelCard(
                "pictures",
                "test",
                8,
                64,
                64,
                64,
                new SamplingSettings(20, 4),
                new ModelCard.Text("blurry"),
                null,
                new ModelCard.Image(),
                null,
                null,
                null,
                null,
                null);

        // Then
        assertThat(card.frames()).isEqualTo(1);
        assertThat(card.temporalFactor()).isEqualTo(1);
        assertThat(card.framesPerSecond()).isEqualTo(1);
    }
}
