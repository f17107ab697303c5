package dev.zoetrope.wan.image;

import dev.zoetrope.engine.ModelConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The shape of a CLIP vision transformer, from its {@code config.json}; what is missing is as in the class's defaults. */
record ClipConfig(int width, int ffnDim, int blocks, int heads, int edge, int patch, boolean quickGelu, double eps) {
    static ClipConfig read(Path folder) {
        ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
        config.allow("model_type", "clip_vision_model");
        config.allow("num_channels", 3);
        config.allow("hidden_act", "gelu", "quick_gelu");
        ClipConfig shape = new ClipConfig(
                config.size("hidden_size", 768),
                config.size("intermediate_size", 3072),
                config.size("num_hidden_layers", 12),
                config.size("num_attention_heads", 12),
                config.size("image_size", 224),
                config.size("patch_size", 32),
                config.text("hidden_act", "quick_gelu").equals("quick_gelu"),
                config.number("layer_norm_eps", 1e-5));
        if (shape.width % shape.heads != 0) {
            throw config.unexpected("num_attention_heads", "a divisor of " + shape.width, shape.heads);
        }
        if (shape.blocks < 2) throw config.unexpected("num_hidden_layers", "at least 2", shape.blocks);
        if (shape.edge < shape.patch) throw config.unexpected("image_size", "at least " + shape.patch, shape.edge);
        return shape;
    }

    /** Tokens of a picture: its patches, and one for the whole. */
    int tokens() {
        return (edge / patch) * (edge / patch) + 1;
    }

    /** Every weight's shape, those of the last block and norm included, which are not used. */
    Map<String, long[]> weights(String prefix) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(prefix + "embeddings.class_embedding", new long[] {width});
        shapes.put(prefix + "embeddings.patch_embedding.weight", new long[] {width, 3, patch, patch});
        shapes.put(prefix + "embeddings.position_embedding.weight", new long[] {tokens(), width});
        norm(shapes, prefix + "pre_layrnorm"); // spelled so in the files
        for (int i = 0; i < blocks; i++) {
            String block = prefix + "encoder.layers." + i + ".";
            norm(shapes, block + "layer_norm1");
            for (String name : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
                linear(shapes, block + "self_attn." + name, width, width);
            }
            norm(shapes, block + "layer_norm2");
            linear(shapes, block + "mlp.fc1", ffnDim, width);
            linear(shapes, block + "mlp.fc2", width, ffnDim);
        }
        norm(shapes, prefix + "post_layernorm");
        return shapes;
    }

    private void norm(Map<String, long[]> shapes, String key) {
        shapes.put(key + ".weight", new long[] {width});
        shapes.put(key + ".bias", new long[] {width});
    }

    private static void linear(Map<String, long[]> shapes, String key, long out, long in) {
        shapes.put(key + ".weight", new long[] {out, in});
        shapes.put(key + ".bias", new long[] {out});
    }
}
