package dev.zoetrope.wan.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.engine.Embeddings;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.InvalidRequest;
import dev.zoetrope.engine.TextEncoder;
import dev.zoetrope.engine.Torch;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WanTextEncoderTest {
    private static final Path TOYBOX = Path.of("../toybox");
    private static final Torch EXACT = Torch.open(new EngineSettings("cpu", 0, "F32"));
    private static final Torch HALF = Torch.open(new EngineSettings("cpu", 0, "BF16"));
    /** In half precision a value keeps eight bits; errors add up over the blocks. */
    private static final float HALF_TOLERANCE = 5e-2f;

    @Test
    void a_prompt_becomes_a_row_for_each_of_its_tokens() {
        try (TextEncoder encoder = WanTextEncoder.load(TOYBOX, EXACT)) {
            assertThat(encoder.encode("a red ball").get(Embeddings.TOKENS).shape())
                    .containsExactly(4, 128);
            assertThat(encoder.encode("").get(Embeddings.TOKENS).shape()).containsExactly(1, 128);
            assertThat(encoder.encode("ball ".repeat(1000))
                            .get(Embeddings.TOKENS)
                            .shape())
                    .containsExactly(512, 128);
        }
    }

    @Test
    void half_precision_stays_near_single() {
        try (TextEncoder exact = WanTextEncoder.load(TOYBOX, EXACT);
                TextEncoder half = WanTextEncoder.load(TOYBOX, HALF)) {
            // When
            float[] expected = exact.encode("a big red ball bounces over the sea")
                    .get(Embeddings.TOKENS)
                    .floats();
            float[] came = half.encode("a big red ball bounces over the sea")
                    .get(Embeddings.TOKENS)
                    .floats();

            // Then
            for (int k = 0; k < expected.length; k++) {
                assertThat(came[k]).isBetween(expected[k] - HALF_TOLERANCE, expected[k] + HALF_TOLERANCE);
            }
        }
    }

    @Test
    void the_same_prompt_gives_the_same_bits() {
        try (TextEncoder encoder = WanTextEncoder.load(TOYBOX, EXACT)) {
            // Given
            Embeddings once = encoder.encode("a green star spins on black");

            // Then
            assertThat(encoder.encode("  a green\nstar spins on black ")).isEqualTo(once);
        }
    }

    @Test
    void a_prompt_that_is_too_long_is_refused_and_not_cut() {
        try (TextEncoder encoder = WanTextEncoder.load(TOYBOX, EXACT)) {
            assertThatThrownBy(() -> encoder.encode("a".repeat(40_000)))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessage("prompt: expected at most 32000 characters, but 40000 came");
            assertThat(encoder.encode("🎈".repeat(32_000))
                            .get(Embeddings.TOKENS)
                            .size(0))
                    .isLessThanOrEqualTo(512);
        }
    }

    @Test
    void a_special_token_without_an_embedding_is_refused() {
        try (TextEncoder encoder = WanTextEncoder.load(TOYBOX, EXACT)) {
            assertThatThrownBy(() -> encoder.encode("a <extra_id_3> ball"))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("special token");
        }
    }
}
