package dev.zoetrope.wan.transformer;

import dev.zoetrope.engine.ModelConfig;
import dev.zoetrope.engine.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The shape of one transformer, from its {@code config.json}.
 *
 * @param patch patch size in time, height and width
 * @param freqDim sine and cosine features of a timestep
 * @param maxPatches the most patches along one axis
 */
record TransformerConfig(
        int[] patch,
        int heads,
        int headDim,
        int inChannels,
        int outChannels,
        int textDim,
        int freqDim,
        int ffnDim,
        int blocks,
        boolean crossAttentionNorm,
        double eps,
        int maxPatches) {

    static TransformerConfig read(Path folder) {
        ModelConfig config = ModelConfig.read(folder.resolve("config.json"));
        config.allow("_class_name", "WanTransformer3DModel");
        config.allow("qk_norm", "rms_norm_across_heads");
        int[] patch = config.sizes("patch_size", 1, 2, 2);
        if (patch.length != 3) throw config.unexpected("patch_size", "three numbers", patch.length);
        int headDim = config.size("attention_head_dim");
        if (headDim % 2 != 0) throw config.unexpected("attention_head_dim", "an even number", headDim);
        int inChannels = config.size("in_channels");
        int freqDim = config.size("freq_dim");
        if (freqDim % 2 != 0) throw config.unexpected("freq_dim", "an even number", freqDim);
        return new TransformerConfig(
                patch,
                config.size("num_attention_heads"),
                headDim,
                inChannels,
                config.size("out_channels", inChannels),
                config.size("text_dim"),
                freqDim,
                config.size("ffn_dim"),
                config.size("num_layers"),
                config.flag("cross_attn_norm", true),
                config.number("eps", 1e-6),
                config.size("rope_max_seq_len", 1024));
    }

    int width() {
        return heads * headDim;
    }

    /**
     * Each weight's shape. The image branch is expected where the file has it: configs in the wild name its sizes without having
     * the weights, and the other way round.
     */
    Map<String, long[]> weights(Weights file) {
        Expected e = new Expected();
        long d = width();
        e.shapes.put("patch_embedding.weight", new long[] {d, inChannels, patch[0], patch[1], patch[2]});
        e.shapes.put("patch_embedding.bias", new long[] {d});
        e.linear("condition_embedder.time_embedder.linear_1", d, freqDim);
        e.linear("condition_embedder.time_embedder.linear_2", d, d);
        e.linear("condition_embedder.time_proj", 6 * d, d);
        e.linear("condition_embedder.text_embedder.linear_1", d, textDim);
        e.linear("condition_embedder.text_embedder.linear_2", d, d);
        if (hasImageBranch(file)) imageEmbedder(e, file, d);
        for (int i = 0; i < blocks; i++) block(e, file, "blocks." + i + ".", d);
        e.shapes.put("scale_shift_table", new long[] {1, 2, d});
        e.linear("proj_out", (long) outChannels * patch[0] * patch[1] * patch[2], d);
        return e.shapes;
    }

    static boolean hasImageBranch(Weights file) {
        return file.has("condition_embedder.image_embedder.norm1.weight")
                && file.has("blocks.0.attn2.add_k_proj.weight");
    }

    private static void imageEmbedder(Expected e, Weights file, long d) {
        String embedder = "condition_embedder.image_embedder.";
        long imageDim = file.shape(embedder + "norm1.weight")[0];
        e.vector(embedder + "norm1", imageDim);
        e.linear(embedder + "ff.net.0.proj", imageDim, imageDim);
        e.linear(embedder + "ff.net.2", d, imageDim);
        e.vector(embedder + "norm2", d);
        if (file.has(embedder + "pos_embed")) {
            long[] shape = file.shape(embedder + "pos_embed");
            e.shapes.put(embedder + "pos_embed", new long[] {1, shape.length > 1 ? shape[1] : -1, imageDim});
        }
    }

    private void block(Expected e, Weights file, String key, long d) {
        for (String attention : new String[] {"attn1.", "attn2."}) {
            for (String projection : new String[] {"to_q", "to_k", "to_v", "to_out.0"}) {
                e.linear(key + attention + projection, d, d);
            }
            e.shapes.put(key + attention + "norm_q.weight", new long[] {d});
            e.shapes.put(key + attention + "norm_k.weight", new long[] {d});
        }
        if (hasImageBranch(file)) {
            long added = file.shape("blocks.0.attn2.add_k_proj.weight")[1];
            e.linear(key + "attn2.add_k_proj", d, added);
            e.linear(key + "attn2.add_v_proj", d, added);
            e.shapes.put(key + "attn2.norm_added_k.weight", new long[] {d});
        }
        if (crossAttentionNorm) e.vector(key + "norm2", d);
        e.linear(key + "ffn.net.0.proj", ffnDim, d);
        e.linear(key + "ffn.net.2", d, ffnDim);
        e.shapes.put(key + "scale_shift_table", new long[] {1, 6, d});
    }

    private static final class Expected {
        final Map<String, long[]> shapes = new LinkedHashMap<>();

        void linear(String key, long out, long in) {
            shapes.put(key + ".weight", new long[] {out, in});
            shapes.put(key + ".bias", new long[] {out});
        }

        void vector(String key, long n) {
            shapes.put(key + ".weight", new long[] {n});
            shapes.put(key + ".bias", new long[] {n});
        }
    }
}
