package dev.zoetrope.wan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelException;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.engine.UnfitTensor;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipEncoderTest {
    private static final Path TINY = Path.of("src/test/golden/clip-picture/model");
    private static final Torch TORCH = Torch.open(new EngineSettings("cpu", 0, "F32"));

    @TempDir
    private Path folder;

    @BeforeEach
    void copy_the_configs() throws IOException {
        for (String config : new String[] {"config.json", "preprocessor_config.json"}) {
            Files.copy(TINY.resolve(config), folder.resolve(config));
        }
    }

    @Test
    void the_names_of_older_files_are_read_too() {
        // Given
        Map<String, HostTensor> older = new LinkedHashMap<>();
        weights().forEach((key, weight) -> older.put("vision_model." + key, weight));
        older.put("vision_model.embeddings.position_ids", HostTensor.ofLongs(new long[17], 1, 17));
        new Safetensors(older).write(folder.resolve("model.safetensors"));

        // Then
        assertThat(encode(folder)).isEqualTo(encode(TINY));
    }

    @Test
    void a_missing_weight_is_refused_by_name() {
        // Given
        Map<String, HostTensor> weights = weights();
        weights.remove("pre_layrnorm.bias");
        new Safetensors(weights).write(folder.resolve("model.safetensors"));

        // Then
        assertThatThrownBy(() -> encode(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("missing weights: pre_layrnorm.bias");
    }

    @Test
    void what_is_no_picture_is_refused() {
        try (ClipEncoder encoder = ClipEncoder.load(TINY, TINY, TORCH)) {
            assertThatThrownBy(() -> encoder.encode(HostTensor.ofFloats(new float[12], 2, 2, 3)))
                    .isInstanceOf(UnfitTensor.class)
                    .hasMessageContaining("picture: expected U8 [H, W, 3]");
        }
    }

    @Test
    void pictures_of_any_size_give_the_same_number_of_tokens() {
        try (ClipEncoder encoder = ClipEncoder.load(TINY, TINY, TORCH)) {
            for (int[] size : new int[][] {{1, 1}, {56, 56}, {300, 40}, {31, 257}}) {
                byte[] pixels = new byte[size[0] * size[1] * 3];
                new Random(1).nextBytes(pixels);
                HostTensor picture = HostTensor.ofBytes(pixels, size[0], size[1], 3);
                assertThat(encoder.encode(picture).shape()).containsExactly(17, 40);
            }
        }
    }

    private static Map<String, HostTensor> weights() {
        return new LinkedHashMap<>(
                Safetensors.read(TINY.resolve("model.safetensors")).tensors());
    }

    private static HostTensor encode(Path folder) {
        byte[] pixels = new byte[64 * 80 * 3];
        new Random(3).nextBytes(pixels);
        try (ClipEncoder encoder = ClipEncoder.load(folder, folder, TORCH)) {
            return encoder.encode(HostTensor.ofBytes(pixels, 64, 80, 3));
        }
    }
}
