package dev.zoetrope.wan.vae;

import dev.zoetrope.engine.ModelConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code vae/config.json} of a Wan checkpoint. Fields that older files lack have the reference's defaults: those of Wan 2.1.
 *
 * @param encoderWidths channels before the first and after each block of the encoder
 * @param decoderWidths the same of the decoder, from latents to pixels
 * @param residualBlocks residual blocks of one level of the encoder; the decoder has one more
 * @param halvesTime for each level of the encoder but the last, whether it halves time as well as space
 * @param shortcuts whether averages go around each level (Wan 2.2)
 * @param patch edge in pixels of what the network sees as one pixel
 */
record VaeConfig(
        Path file,
        List<Integer> encoderWidths,
        List<Integer> decoderWidths,
        int latentChannels,
        int residualBlocks,
        List<Boolean> halvesTime,
        boolean shortcuts,
        int patch,
        int temporalFactor,
        int spatialFactor,
        List<Double> mean,
        List<Double> deviation) {
    /** Channels of a picture. */
    static final int COLOURS = 3;

    private static final List<Double> WAN_2_1_MEAN = List.of(
            -0.7571, -0.7089, -0.9113, 0.1075, -0.1745, 0.9653, -0.1517, 1.5508, 0.4134, -0.0715, 0.5517, -0.3632,
            -0.1922, -0.9497, 0.2503, -0.2921);
    private static final List<Double> WAN_2_1_DEVIATION = List.of(
            2.8184, 1.4541, 2.3275, 2.6558, 1.2196, 1.7708, 2.6052, 2.0743, 3.2687, 2.1526, 2.8652, 1.5579, 1.6382,
            1.1253, 2.8251, 1.9160);

    VaeConfig {
        encoderWidths = List.copyOf(encoderWidths);
        decoderWidths = List.copyOf(decoderWidths);
        halvesTime = List.copyOf(halvesTime);
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
    }

    /** @throws dev.zoetrope.engine.ModelException for a field that is wrong or says what this autoencoder does not do */
    static VaeConfig read(Path file) {
        ModelConfig config = ModelConfig.read(file);
        if (!config.text("_class_name").equals("AutoencoderKLWan")) {
            throw config.unexpected("_class_name", "AutoencoderKLWan", config.text("_class_name"));
        }
        config.allow("attn_scales", List.of());
        int[] multiples = config.sizes("dim_mult", 1, 2, 4, 4);
        boolean[] halvesTime = config.flags("temperal_downsample", false, true, true);
        if (halvesTime.length != multiples.length - 1) {
            throw config.unexpected(
                    "temperal_downsample",
                    "one less than the " + multiples.length + " entries of dim_mult",
                    Arrays.toString(halvesTime));
        }
        int base = config.size("base_dim", 96);
        int latentChannels = config.size("z_dim", 16);
        VaeConfig result = new VaeConfig(
                file,
                widths(base, multiples),
                reversed(widths(config.size("decoder_base_dim", base), multiples)),
                latentChannels,
                config.size("num_res_blocks", 2),
                listOf(halvesTime),
                config.flag("is_residual", false),
                config.size("patch_size", 1),
                config.size("scale_factor_temporal", 4),
                config.size("scale_factor_spatial", 8),
                statistic(config, "latents_mean", WAN_2_1_MEAN, latentChannels),
                statistic(config, "latents_std", WAN_2_1_DEVIATION, latentChannels));
        result.check(config);
        return result;
    }

    private void check(ModelConfig config) {
        int seen = COLOURS * patch * patch;
        expectSize(config, "in_channels", 3, seen, "3 colours x patch_size squared");
        expectSize(config, "out_channels", 3, seen, "3 colours x patch_size squared");
        expectSize(config, "scale_factor_spatial", 8, patch << halvesTime.size(), "patch_size doubled at each level");
        int halvings = (int) halvesTime.stream().filter(h -> h).count();
        expectSize(config, "scale_factor_temporal", 4, 1 << halvings, "doubled where temperal_downsample is true");
        for (double d : deviation) {
            if (d <= 0) throw config.unexpected("latents_std", "numbers above 0", deviation);
        }
        if (shortcuts) checkShortcuts(config);
    }

    private static void expectSize(ModelConfig config, String field, int otherwise, int expected, String because) {
        int came = config.size(field, otherwise);
        if (came != expected) throw config.unexpected(field, expected + " (" + because + ")", came);
    }

    /** The averages around a level share channels out evenly. */
    private void checkShortcuts(ModelConfig config) {
        for (int level = 0; level < levels(); level++) {
            int factor = level < halvesTime.size() ? (halvesTime.get(level) ? 8 : 4) : 1;
            int up = level < halvesTime.size() ? (doublesTime(level) ? 8 : 4) : 1;
            if (encoderWidths.get(level) * factor % encoderWidths.get(level + 1) != 0
                    || up > 1 && decoderWidths.get(level + 1) * up % decoderWidths.get(level) != 0) {
                throw config.unexpected("dim_mult", "widths that divide each other", encoderWidths);
            }
        }
    }

    int levels() {
        return encoderWidths.size() - 1;
    }

    /** Whether a block of the decoder doubles space; the last does not. */
    boolean doublesSpace(int block) {
        return block < levels() - 1;
    }

    /** Whether a block of the decoder doubles time as well as space. */
    boolean doublesTime(int block) {
        return doublesSpace(block) && halvesTime.get(levels() - 2 - block);
    }

    private static List<Integer> widths(int base, int[] multiples) {
        List<Integer> widths = new ArrayList<>(List.of(base));
        for (int multiple : multiples) widths.add(Math.multiplyExact(base, multiple));
        return widths;
    }

    /** The decoder begins, as it goes on, with the widest level. */
    private static List<Integer> reversed(List<Integer> widths) {
        List<Integer> reversed = new ArrayList<>(List.of(widths.get(widths.size() - 1)));
        for (int i = widths.size() - 1; i > 0; i--) reversed.add(widths.get(i));
        return reversed;
    }

    private static List<Boolean> listOf(boolean[] flags) {
        List<Boolean> list = new ArrayList<>();
        for (boolean flag : flags) list.add(flag);
        return list;
    }

    private static List<Double> statistic(ModelConfig config, String field, List<Double> otherwise, int length) {
        if (!config.has(field) && length == otherwise.size()) return otherwise;
        return Arrays.stream(config.numbers(field, length)).boxed().toList();
    }
}
