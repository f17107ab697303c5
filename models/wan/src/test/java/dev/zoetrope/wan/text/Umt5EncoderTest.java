package dev.zoetrope.wan.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelException;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Umt5EncoderTest {
    private static final Path TOYBOX = Path.of("../toybox/text_encoder");
    private static final Torch TORCH = Torch.open(new EngineSettings("cpu", 0, "F32"));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NORM = "encoder.final_layer_norm.weight";

    @TempDir
    private Path folder;

    @Test
    void either_name_of_the_token_table_will_do_and_a_decoder_is_not_looked_at() throws IOException {
        // Given
        changeConfig(config -> {});
        changeWeights(weights -> {
            HostTensor table = weights.get("shared.weight");
            weights.put("encoder.embed_tokens.weight", table);
            weights.put("shared.weight", HostTensor.ofFloats(new float[table.floats().length], table.shape()));
            weights.put("decoder.final_layer_norm.weight", weights.get(NORM));
        });

        // When
        HostTensor came = encode(folder);

        // Then
        assertThat(came).isEqualTo(encode(TOYBOX));
    }

    @Test
    void a_missing_weight_is_refused_by_name() throws IOException {
        changeConfig(config -> {});
        changeWeights(weights -> weights.remove(NORM));
        assertRefused("missing weights: " + NORM);
    }

    @Test
    void a_surplus_weight_is_refused_by_name() throws IOException {
        changeConfig(config -> {});
        changeWeights(weights -> weights.put("encoder.extra", weights.get(NORM)));
        assertRefused("no place for: encoder.extra");
    }

    @Test
    void a_weight_of_another_shape_is_refused_by_name() throws IOException {
        changeConfig(config -> config.put("d_ff", 255));
        changeWeights(weights -> {});
        assertRefused("expected shape [255, 128], but it has [256, 128]");
    }

    @Test
    void a_config_that_lacks_a_field_is_refused_by_name() throws IOException {
        changeConfig(config -> config.remove("num_heads"));
        changeWeights(weights -> {});
        assertRefused("config.json: num_heads: expected");
    }

    @Test
    void another_activation_is_refused_by_name() throws IOException {
        changeConfig(config -> config.put("feed_forward_proj", "relu"));
        changeWeights(weights -> {});
        assertRefused("feed_forward_proj: expected one of [\"gated-gelu\"], but \"relu\" came");
    }

    @Test
    void a_truncated_file_is_refused_by_name() throws IOException {
        // Given
        changeConfig(config -> {});
        byte[] whole = Files.readAllBytes(TOYBOX.resolve("model.safetensors"));

        // When
        Files.write(folder.resolve("model.safetensors"), Arrays.copyOf(whole, whole.length / 2));

        // Then
        assertRefused("model.safetensors");
    }

    @Test
    void a_token_outside_the_table_never_reaches_native_code() {
        try (Umt5Encoder encoder = Umt5Encoder.load(TOYBOX, TORCH)) {
            assertThatThrownBy(() -> encoder.encode(new long[] {3, 512}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected tokens of less than 512, but 512 came");
        }
    }

    private static HostTensor encode(Path folder) {
        try (Umt5Encoder encoder = Umt5Encoder.load(folder, TORCH)) {
            return encoder.encode(new long[] {3, 17, 250, 1});
        }
    }

    private void changeConfig(Consumer<ObjectNode> change) throws IOException {
        ObjectNode config =
                (ObjectNode) JSON.readTree(TOYBOX.resolve("config.json").toFile());
        change.accept(config);
        JSON.writeValue(folder.resolve("config.json").toFile(), config);
    }

    private void changeWeights(Consumer<Map<String, HostTensor>> change) {
        Map<String, HostTensor> weights = new LinkedHashMap<>(
                Safetensors.read(TOYBOX.resolve("model.safetensors")).tensors());
        change.accept(weights);
        new Safetensors(weights).write(folder.resolve("model.safetensors"));
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> Umt5Encoder.load(folder, TORCH))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(message);
    }
}
