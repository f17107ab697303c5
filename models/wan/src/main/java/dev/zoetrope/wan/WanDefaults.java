package dev.zoetrope.wan;

import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.wan.WanModel.Defaults;
import java.util.OptionalDouble;
import java.util.Set;

/** What the makers of the public checkpoints recommend (their repositories' configs; the schedulers' shipped shifts differ). */
final class WanDefaults {
    /** The negative prompt of the Wan repositories, wan/configs/shared_config.py. */
    private static final String NEGATIVE = "色调艳丽，过曝，静态，细节模糊不清，字幕，风格，作品，画作，画面，静止，整体发灰，最差质量，低质量，JPEG压缩残留，"
            + "丑陋的，残缺的，多余的手指，画得不好的手部，画得不好的脸部，畸形的，毁容的，形态畸形的肢体，手指融合，静止不动的画面，"
            + "杂乱的背景，三条腿，背景人很多，倒着走";

    /** Of 1.3B, 5B and 14B. Others' makers knew no better shift than the one in their scheduler's config. */
    private static final Set<Integer> PUBLISHED_WIDTHS = Set.of(1536, 3072, 5120);

    private WanDefaults() {}

    /**
     * @param width of the transformer
     * @param inChannels 16 for text, 36 for image by concatenation, 48 for the 5B model
     * @param experts whether there are two transformers
     */
    static Defaults of(int width, int inChannels, boolean experts) {
        Defaults d = recommended(width, inChannels, experts);
        if (PUBLISHED_WIDTHS.contains(width)) return d;
        return new Defaults(
                d.frames(),
                d.framesPerSecond(),
                d.width(),
                d.height(),
                d.sampling(),
                OptionalDouble.empty(),
                d.lowNoiseGuidance(),
                d.negativePrompt());
    }

    private static Defaults recommended(int width, int inChannels, boolean experts) {
        if (inChannels == 48) return defaults(121, 24, 1280, 704, 50, 5, 5, 5);
        if (experts) {
            return inChannels == 36
                    ? defaults(81, 16, 832, 480, 40, 5, 3.5, 3.5)
                    : defaults(81, 16, 832, 480, 40, 12, 4, 3);
        }
        if (inChannels == 36) return defaults(81, 16, 832, 480, 40, 3, 5, 5);
        return width == 1536 ? defaults(81, 16, 832, 480, 50, 8, 6, 6) : defaults(81, 16, 832, 480, 50, 3, 5, 5);
    }

    private static Defaults defaults(
            int frames, int rate, int width, int height, int steps, double shift, double scale, double lowNoiseScale) {
        SamplingSettings sampling = new SamplingSettings(steps, scale);
        return new Defaults(frames, rate, width, height, sampling, OptionalDouble.of(shift), lowNoiseScale, NEGATIVE);
    }
}
