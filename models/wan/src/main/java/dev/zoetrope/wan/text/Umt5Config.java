package dev.zoetrope.wan.text;

import dev.zoetrope.engine.ModelConfig;
import dev.zoetrope.engine.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The shape of a UMT5 encoder, from its {@code config.json}.
 *
 * @param buckets kinds of relative positions that have a bias of their own
 * @param maxDistance tokens from which on all positions share a bucket
 */
record Umt5Config(
        int vocabulary,
        int width,
        int headDim,
        int heads,
        int ffnDim,
        int blocks,
        int buckets,
        int maxDistance,
        double eps) {
    private static final String SHARED = "shared.weight";
    private static final String EMBEDDING = "encoder.embed_tokens.weight";

    static Umt5Config read(Path folder) {
        ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
        config.allow("model_type", "umt5");
        config.allow("feed_forward_proj", "gated-gelu");
        config.allow("dense_act_fn", "gelu_new");
        int buckets = config.size("relative_attention_num_buckets", 32);
        int maxDistance = config.size("relative_attention_max_distance", 128);
        if (buckets % 4 != 0) {
            throw config.unexpected("relative_attention_num_buckets", "a multiple of 4", buckets);
        }
        if (maxDistance <= buckets / 4) {
            throw config.unexpected("relative_attention_max_distance", "more than " + buckets / 4, maxDistance);
        }
        return new Umt5Config(
                config.size("vocab_size"),
                config.size("d_model"),
                config.size("d_kv"),
                config.size("num_heads"),
                config.size("d_ff"),
                config.size("num_layers"),
                buckets,
                maxDistance,
                config.number("layer_norm_epsilon", 1e-6));
    }

    /** The key of the token table: checkpoints name it either way, and only one of them need be there. */
    static String table(Weights weights) {
        return weights.has(EMBEDDING) ? EMBEDDING : SHARED;
    }

    /** Keys that a checkpoint may hold without a use here: the table's other name, and the decoder of a whole UMT5. */
    static boolean isUnused(String key) {
        return key.equals(SHARED) || key.startsWith("decoder.") || key.equals("lm_head.weight");
    }

    /** Every weight's shape. */
    Map<String, long[]> weights(String table) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        long inner = (long) heads * headDim;
        shapes.put(table, new long[] {vocabulary, width});
        for (int i = 0; i < blocks; i++) {
            String attention = "encoder.block." + i + ".layer.0.";
            shapes.put(attention + "layer_norm.weight", new long[] {width});
            for (String name : new String[] {"q", "k", "v"}) {
                shapes.put(attention + "SelfAttention." + name + ".weight", new long[] {inner, width});
            }
            shapes.put(attention + "SelfAttention.o.weight", new long[] {width, inner});
            shapes.put(attention + "SelfAttention.relative_attention_bias.weight", new long[] {buckets, heads});
            String ffn = "encoder.block." + i + ".layer.1.";
            shapes.put(ffn + "layer_norm.weight", new long[] {width});
            shapes.put(ffn + "DenseReluDense.wi_0.weight", new long[] {ffnDim, width});
            shapes.put(ffn + "DenseReluDense.wi_1.weight", new long[] {ffnDim, width});
            shapes.put(ffn + "DenseReluDense.wo.weight", new long[] {width, ffnDim});
        }
        shapes.put("encoder.final_layer_norm.weight", new long[] {width});
        return shapes;
    }
}
