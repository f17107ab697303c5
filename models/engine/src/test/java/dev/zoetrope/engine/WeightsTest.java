package dev.zoetrope.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.pytorch.jni.IValue;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightsTest {
    private static final String READ = """
        class Model(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          w : Dict[str, Tensor]
          def bind(self: __torch__.Model, w: Dict[str, Tensor]) -> int:
            self.w = w
            return 0
          def read(self: __torch__.Model, key: str) -> Tensor:
            return torch.to(self.w[key], 6)
          def type(self: __torch__.Model, key: str) -> int:
            return ops.prim.dtype(self.w[key])
        """;

    private final Torch torch = Torch.open(EngineSettings.DEFAULT);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F16", "BF16"})
    void every_type_of_checkpoints_is_mapped_and_read_right(DType dtype) throws IOException {
        // Given
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        tensors.put("a", of(dtype, new float[] {1, -2, 0.5f, 3, 4, 5}, 2, 3));
        tensors.put("b", of(dtype, new float[] {7}, 1, 1, 1));
        tensors.put("c", HostTensor.ofFloats(new float[] {0.1f, 0.2f}, 2));
        new Safetensors(tensors).write(folder.resolve("model.safetensors"));
        // When
        Weights weights = Weights.open(folder, "model");
        // Then
        try (TorchProgram program = TorchProgram.load(torch, "read", READ);
                TensorScope scope = torch.scope()) {
            program.bind(torch, s -> new IValue[] {weights.load(torch, s, key -> true, weights::dtype)});
            assertThat(read(program, scope, "a")).containsExactly(1, -2, 0.5f, 3, 4, 5);
            assertThat(read(program, scope, "b")).containsExactly(7);
            assertThat(read(program, scope, "c")).containsExactly(0.1f, 0.2f);
            assertThat(program.run(scope, "type", scope.of("a")).toLong()).isEqualTo(Torch.code(dtype));
        }
    }

    @Test
    void a_weight_at_an_odd_place_is_read_all_the_same() throws IOException {
        // Given a header whose length is not a multiple of the element's size, as some writers leave it
        byte[] json = "{\"a\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}".getBytes();
        assertThat(json.length % 2).isEqualTo(1);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json).putShort((short) 0x3f80).putShort((short) 0xc000);
        Files.write(folder.resolve("model.safetensors"), file.array());
        // When
        Weights weights = Weights.open(folder, "model");
        // Then
        try (TorchProgram program = TorchProgram.load(torch, "read", READ);
                TensorScope scope = torch.scope()) {
            program.bind(torch, s -> new IValue[] {weights.load(torch, s, key -> true, key -> DType.BF16)});
            assertThat(read(program, scope, "a")).containsExactly(1, -2);
        }
    }

    @Test
    void shards_are_one_checkpoint() throws IOException {
        // Given
        shard("m-00001-of-00002.safetensors", "a");
        shard("m-00002-of-00002.safetensors", "b");
        index("{\"a\":\"m-00001-of-00002.safetensors\",\"b\":\"m-00002-of-00002.safetensors\"}");
        // When
        Weights weights = Weights.open(folder, "m");
        // Then
        weights.expect(Map.of("a", new long[] {1}, "b", new long[] {1}), key -> false);
    }

    @Test
    void an_index_that_does_not_fit_its_shards_is_refused() throws IOException {
        shard("m-00001-of-00002.safetensors", "a");
        shard("m-00002-of-00002.safetensors", "b");
        index("{\"a\":\"m-00001-of-00002.safetensors\",\"c\":\"m-00002-of-00002.safetensors\"}");
        assertThatThrownBy(() -> Weights.open(folder, "m")).hasMessageContaining("c: expected in m-00002");
        index("{\"a\":\"../m-00001-of-00002.safetensors\"}");
        assertThatThrownBy(() -> Weights.open(folder, "m")).hasMessageContaining("no such file");
        index("{\"a\":\"m-00001-of-00002.safetensors\",\"a2\":\"m-00009-of-00002.safetensors\"}");
        assertThatThrownBy(() -> Weights.open(folder, "m")).hasMessageContaining("m-00009-of-00002.safetensors");
        index("{}");
        assertThatThrownBy(() -> Weights.open(folder, "m")).hasMessageContaining("weight_map");
    }

    @Test
    void missing_surplus_and_misshapen_weights_are_named() throws IOException {
        // Given
        shard("m.safetensors", "a");
        Weights weights = Weights.open(folder, "m");
        // When, Then
        assertThatThrownBy(() -> weights.expect(Map.of("a", new long[] {1}, "b", new long[] {1}), k -> false))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("missing weights: b");
        assertThatThrownBy(() -> weights.expect(Map.of(), k -> false)).hasMessageContaining("no place for: a");
        assertThatThrownBy(() -> weights.expect(Map.of("a", new long[] {2}), k -> false))
                .hasMessageContaining("m.safetensors: a: expected shape [2], but it has [1]");
    }

    @Test
    void a_truncated_file_is_refused_before_it_is_mapped() throws IOException {
        // Given
        shard("m.safetensors", "a");
        byte[] whole = Files.readAllBytes(folder.resolve("m.safetensors"));
        Files.write(folder.resolve("m.safetensors"), Arrays.copyOf(whole, whole.length - 1));
        // When, Then
        assertThatThrownBy(() -> Weights.open(folder, "m"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("truncated");
    }

    @Test
    void a_folder_without_weights_is_refused() {
        assertThatThrownBy(() -> Weights.open(folder, "m")).hasMessageContaining("m.safetensors.index.json");
    }

    private void shard(String file, String key) {
        new Safetensors(Map.of(key, HostTensor.ofFloats(new float[] {1}, 1))).write(folder.resolve(file));
    }

    private void index(String weightMap) throws IOException {
        Files.writeString(folder.resolve("m.safetensors.index.json"), "{\"weight_map\":" + weightMap + "}");
    }

    private static float[] read(TorchProgram program, TensorScope scope, String key) {
        IValue value = program.run(scope, "read", scope.of(key));
        return scope.read(value).floats();
    }

    private static HostTensor of(DType dtype, float[] values, long... shape) {
        ByteBuffer data = ByteBuffer.allocate(values.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (dtype) {
                case F32 -> data.putFloat(value);
                case BF16 -> data.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
                case F16 -> data.putShort(half(value));
                default -> throw new IllegalArgumentException();
            }
        }
        return HostTensor.of(dtype, data.flip(), shape);
    }

    private static short half(float value) {
        if (value == 0) return 0;
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits >>> 16 & 0x8000) | ((bits >>> 23 & 0xff) - 112 << 10) | bits >>> 13 & 0x3ff);
    }
}
