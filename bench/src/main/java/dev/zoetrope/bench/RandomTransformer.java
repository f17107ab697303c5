package dev.zoetrope.bench;

import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A checkpoint of Wan-1.3B's shape with few blocks and random weights: speed does not depend on what they say. */
final class RandomTransformer {
    private static final int D = 1536;
    private static final int FFN = 8960;
    private static final int TEXT = 4096;

    private final DType dtype;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<String, HostTensor> weights = new LinkedHashMap<>();

    private RandomTransformer(DType dtype) {
        this.dtype = dtype;
    }

    static void write(Path folder, int blocks, DType dtype) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config.json"), """
                    {"_class_name": "WanTransformer3DModel", "attention_head_dim": 128, "num_attention_heads": 12,
                     "in_channels": 16, "out_channels": 16, "text_dim": 4096, "freq_dim": 256, "ffn_dim": 8960,
                     "num_layers": %d, "patch_size": [1, 2, 2]}
                    """.formatted(blocks));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RandomTransformer transformer = new RandomTransformer(dtype);
        transformer.fill(blocks);
        new Safetensors(transformer.weights).write(folder.resolve("diffusion_pytorch_model.safetensors"));
    }

    private void fill(int blocks) {
        weights.put("patch_embedding.weight", random(D, 16, 1, 2, 2));
        weights.put("patch_embedding.bias", random(D));
        linear("condition_embedder.time_embedder.linear_1", D, 256);
        linear("condition_embedder.time_embedder.linear_2", D, D);
        linear("condition_embedder.time_proj", 6 * D, D);
        linear("condition_embedder.text_embedder.linear_1", D, TEXT);
        linear("condition_embedder.text_embedder.linear_2", D, D);
        for (int i = 0; i < blocks; i++) block("blocks." + i + ".");
        weights.put("scale_shift_table", random(1, 2, D));
        linear("proj_out", 64, D);
    }

    private void block(String key) {
        for (String attention : new String[] {"attn1.", "attn2."}) {
            for (String projection : new String[] {"to_q", "to_k", "to_v", "to_out.0"}) {
                linear(key + attention + projection, D, D);
            }
            weights.put(key + attention + "norm_q.weight", random(D));
            weights.put(key + attention + "norm_k.weight", random(D));
        }
        weights.put(key + "norm2.weight", random(D));
        weights.put(key + "norm2.bias", random(D));
        linear(key + "ffn.net.0.proj", FFN, D);
        linear(key + "ffn.net.2", D, FFN);
        weights.put(key + "scale_shift_table", random(1, 6, D));
    }

    private void linear(String key, long out, long in) {
        weights.put(key + ".weight", random(out, in));
        weights.put(key + ".bias", random(out));
    }

    private HostTensor random(long... shape) {
        int n = Math.toIntExact(HostTensor.elements(shape));
        ByteBuffer data = ByteBuffer.allocate(n * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i++) {
            float value = (float) random.nextDouble(-0.02, 0.02);
            if (dtype == DType.F32) {
                data.putFloat(value);
            } else {
                data.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
            }
        }
        return HostTensor.of(dtype, data.flip(), shape);
    }
}
