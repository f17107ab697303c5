package dev.zoetrope.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
    @Property(tries = 50)
    void what_is_written_is_read_back(@ForAll @Size(max = 40) float[] values, @ForAll @Size(max = 9) byte[] pixels) {
        // Given
        Safetensors content = new Safetensors(
                Map.of(
                        "latents",
                        HostTensor.ofFloats(values, values.length),
                        "frames",
                        HostTensor.ofBytes(pixels, pixels.length, 1)),
                Map.of("step", "3"));
        // When
        Safetensors read = Safetensors.parse("memory", ByteBuffer.wrap(content.toBytes()));
        // Then
        assertThat(read).isEqualTo(content);
        assertThat(read.toBytes()).isEqualTo(content.toBytes());
    }

    @Test
    void a_scalar_has_an_empty_shape() {
        // Given
        Safetensors content = new Safetensors(Map.of("sigma", HostTensor.ofFloats(new float[] {0.5f})));
        // When
        Safetensors read = Safetensors.parse("memory", ByteBuffer.wrap(content.toBytes()));
        // Then
        assertThat(read.get("sigma").shape()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0x3c00, 1.0",
        "0xc000, -2.0",
        "0x0001, 5.9604645e-8",
        "0x7bff, 65504",
        "0x8000, -0.0",
        "0x3555, 0.33325195"
    })
    void halves_widen_exactly(String bits, float value) {
        // Given
        ByteBuffer half = ByteBuffer.allocate(2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(Integer.decode(bits).shortValue());
        // When
        float[] floats = HostTensor.of(DType.F16, half.flip(), 1).floats();
        // Then
        assertThat(floats).containsExactly(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,12]}} | 12 | a: F32 [2] needs 8 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}  | 4  | truncated",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}} | 12 | hole or an overlap",
                "{\"a\":{\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,8]}}  | 8  | unknown dtype",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | 8  | at least 0",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,3],\"data_offsets\":[0,8]}} | 8 | too large",
                "{\"a\":{\"dtype\":\"F32\"}} | 8 | expected dtype, shape",
                "[] | 0 | JSON object",
                "{\"a\": | 0 | not JSON",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}} | 1 | Duplicate",
            })
    void a_lying_header_is_refused_with_its_reason(String json, int dataSize, String reason) {
        // Given
        byte[] header = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + dataSize).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header).rewind();
        // When, Then
        assertThatThrownBy(() -> Safetensors.parse("weights.safetensors", file))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("weights.safetensors")
                .hasMessageContaining(reason);
    }

    @Test
    void every_truncation_is_refused(@TempDir Path folder) throws Exception {
        // Given
        byte[] whole = new Safetensors(Map.of("a", HostTensor.ofFloats(new float[] {1, 2, 3}, 3))).toBytes();
        Path file = folder.resolve("a.safetensors");
        // When, Then
        for (int n = 0; n < whole.length; n++) {
            java.nio.file.Files.write(file, Arrays.copyOf(whole, n));
            assertThatThrownBy(() -> Safetensors.header(file)).isInstanceOf(SafetensorsException.class);
            assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(SafetensorsException.class);
        }
    }

    @Test
    void a_header_of_absurd_length_is_refused() {
        // Given
        ByteBuffer file = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(0, -1L);
        // When, Then
        assertThatThrownBy(() -> Safetensors.parse("x", file)).hasMessageContaining("18446744073709551615");
    }
}
