package dev.zoetrope.wan.vae;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Name and shape of every weight that a config implies, as the checkpoints name them. */
final class VaeWeights {
    private final VaeConfig config;
    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    private VaeWeights(VaeConfig config) {
        this.config = config;
    }

    static Map<String, long[]> of(VaeConfig config) {
        VaeWeights weights = new VaeWeights(config);
        weights.encoder();
        weights.decoder();
        return weights.shapes;
    }

    private void encoder() {
        List<Integer> widths = config.encoderWidths();
        int seen = VaeConfig.COLOURS * config.patch() * config.patch();
        int last = widths.get(widths.size() - 1);
        convolution("encoder.conv_in", seen, widths.get(0), 3, 3, 3);
        if (config.shortcuts()) {
            shortcutLevels();
        } else {
            flatLevels();
        }
        middle("encoder.mid_block", last);
        gamma("encoder.norm_out.gamma", last, 1, 1, 1);
        convolution("encoder.conv_out", last, 2 * config.latentChannels(), 3, 3, 3);
        convolution("quant_conv", 2 * config.latentChannels(), 2 * config.latentChannels(), 1, 1, 1);
    }

    /** Wan 2.1 numbers residual blocks and what halves in one row. */
    private void flatLevels() {
        int n = 0;
        for (int level = 0; level < config.levels(); level++) {
            int in = config.encoderWidths().get(level);
            int out = config.encoderWidths().get(level + 1);
            for (int j = 0; j < config.residualBlocks(); j++) {
                residual("encoder.down_blocks." + n++, j == 0 ? in : out, out);
            }
            if (level < config.halvesTime().size()) {
                halving("encoder.down_blocks." + n++, out, config.halvesTime().get(level));
            }
        }
    }

    private void shortcutLevels() {
        for (int level = 0; level < config.levels(); level++) {
            String block = "encoder.down_blocks." + level;
            int in = config.encoderWidths().get(level);
            int out = config.encoderWidths().get(level + 1);
            for (int j = 0; j < config.residualBlocks(); j++) residual(block + ".resnets." + j, j == 0 ? in : out, out);
            if (level < config.halvesTime().size()) {
                halving(block + ".downsampler", out, config.halvesTime().get(level));
            }
        }
    }

    private void halving(String name, int width, boolean time) {
        convolution(name + ".resample.1", width, width, 3, 3);
        if (time) convolution(name + ".time_conv", width, width, 3, 1, 1);
    }

    private void decoder() {
        List<Integer> widths = config.decoderWidths();
        int seen = VaeConfig.COLOURS * config.patch() * config.patch();
        int last = widths.get(widths.size() - 1);
        convolution("post_quant_conv", config.latentChannels(), config.latentChannels(), 1, 1, 1);
        convolution("decoder.conv_in", config.latentChannels(), widths.get(0), 3, 3, 3);
        middle("decoder.mid_block", widths.get(0));
        for (int block = 0; block < config.levels(); block++) {
            int in = widths.get(block);
            // In Wan 2.1, what doubles a picture halves its channels.
            upBlock(block, block > 0 && !config.shortcuts() ? in / 2 : in, widths.get(block + 1));
        }
        gamma("decoder.norm_out.gamma", last, 1, 1, 1);
        convolution("decoder.conv_out", last, seen, 3, 3, 3);
    }

    private void upBlock(int block, int in, int out) {
        String name = "decoder.up_blocks." + block;
        for (int j = 0; j <= config.residualBlocks(); j++) residual(name + ".resnets." + j, j == 0 ? in : out, out);
        if (!config.doublesSpace(block)) return;
        String doubling = name + (config.shortcuts() ? ".upsampler" : ".upsamplers.0");
        convolution(doubling + ".resample.1", out, config.shortcuts() ? out : out / 2, 3, 3);
        if (config.doublesTime(block)) convolution(doubling + ".time_conv", out, 2 * out, 3, 1, 1);
    }

    private void middle(String name, int width) {
        residual(name + ".resnets.0", width, width);
        gamma(name + ".attentions.0.norm.gamma", width, 1, 1);
        convolution(name + ".attentions.0.to_qkv", width, 3 * width, 1, 1);
        convolution(name + ".attentions.0.proj", width, width, 1, 1);
        residual(name + ".resnets.1", width, width);
    }

    private void residual(String name, int in, int out) {
        gamma(name + ".norm1.gamma", in, 1, 1, 1);
        convolution(name + ".conv1", in, out, 3, 3, 3);
        gamma(name + ".norm2.gamma", out, 1, 1, 1);
        convolution(name + ".conv2", out, out, 3, 3, 3);
        if (in != out) convolution(name + ".conv_shortcut", in, out, 1, 1, 1);
    }

    private void gamma(String name, long... shape) {
        shapes.put(name, shape);
    }

    private void convolution(String name, int in, int out, int... kernel) {
        long[] shape = new long[2 + kernel.length];
        shape[0] = out;
        shape[1] = in;
        for (int i = 0; i < kernel.length; i++) shape[2 + i] = kernel[i];
        shapes.put(name + ".weight", shape);
        shapes.put(name + ".bias", new long[] {out});
    }
}
