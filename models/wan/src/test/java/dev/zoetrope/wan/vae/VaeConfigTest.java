package dev.zoetrope.wan.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.engine.ModelException;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaeConfigTest {
    @TempDir
    Path folder;

    private VaeConfig read(String json) throws IOException {
        return VaeConfig.read(Files.writeString(folder.resolve("config.json"), json));
    }

    @Test
    void an_old_config_has_the_defaults_of_wan_2_1() throws IOException {
        // When
        VaeConfig config = read("{\"_class_name\": \"AutoencoderKLWan\"}");
        // Then
        assertThat(config.encoderWidths()).containsExactly(96, 96, 192, 384, 384);
        assertThat(config.decoderWidths()).containsExactly(384, 384, 384, 192, 96);
        assertThat(config.latentChannels()).isEqualTo(16);
        assertThat(config.patch()).isEqualTo(1);
        assertThat(config.shortcuts()).isFalse();
        assertThat(config.mean().get(7)).isEqualTo(1.5508);
        assertThat(config.doublesTime(0)).isTrue();
        assertThat(config.doublesTime(2)).isFalse();
        assertThat(VaeWeights.of(config)).hasSize(194);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                                         | _class_name
            {"_class_name": "AutoencoderKL"}                                           | _class_name: expected AutoencoderKLWan, but AutoencoderKL came
            {"_class_name": "AutoencoderKLWan", "z_dim": 48}                           | latents_mean: expected a list of 48 numbers
            {"_class_name": "AutoencoderKLWan", "z_dim": "16"}                         | z_dim: expected a whole number
            {"_class_name": "AutoencoderKLWan", "attn_scales": [0.5]}                  | attn_scales
            {"_class_name": "AutoencoderKLWan", "patch_size": 2}                       | in_channels: expected 12
            {"_class_name": "AutoencoderKLWan", "scale_factor_spatial": 16}            | scale_factor_spatial: expected 8
            {"_class_name": "AutoencoderKLWan", "scale_factor_temporal": 8}            | scale_factor_temporal: expected 4
            {"_class_name": "AutoencoderKLWan", "temperal_downsample": [true]}         | temperal_downsample: expected one less than the 4
            """)
    void a_wrong_field_is_an_error_that_names_file_and_field(String json, String message) {
        // When, Then
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(message);
    }

    @Test
    void a_missing_surplus_or_misshapen_weight_is_an_error_that_names_it() throws IOException {
        // Given
        Files.copy(Videos.WAN_2_2.resolve("config.json"), folder.resolve("config.json"));
        Map<String, HostTensor> weights = Safetensors.read(
                        Videos.WAN_2_2.resolve("diffusion_pytorch_model.safetensors"))
                .tensors();
        HostTensor one = HostTensor.ofFloats(new float[1], 1);
        // When, Then
        refuses(weights, "quant_conv.bias", null, "missing weights: quant_conv.bias");
        refuses(weights, "quant_conv.gamma", one, "no place for: quant_conv.gamma");
        refuses(weights, "quant_conv.bias", one, "quant_conv.bias: expected shape [12], but it has [1]");
    }

    private void refuses(Map<String, HostTensor> weights, String key, @Nullable HostTensor value, String message) {
        Map<String, HostTensor> changed = new LinkedHashMap<>(weights);
        changed.remove(key);
        if (value != null) changed.put(key, value);
        new Safetensors(changed).write(folder.resolve("diffusion_pytorch_model.safetensors"));
        assertThatThrownBy(() -> WanAutoencoder.load(folder, Videos.TORCH, DType.F32, false))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(message);
    }
}
