package dev.zoetrope.sampling;

import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.engine.UnfitTensor;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.util.Arrays;

/**
 * Clean latents C that are given, and the mask M of where they are: 1 known, 0 to be made, between for soft edges.
 *
 * <p>The mechanism behind most tasks: before each forward {@code x = M·C + (1-M)·x}, and what is known has timestep
 * {@code (1-M)·t}.
 */
public final class KnownLatents {
    private final float[] latents;
    private final float[] mask;
    private final int channels;
    private final boolean wholeFrames;

    /** Nothing is known of latents of this shape. */
    public static KnownLatents none() {
        return new KnownLatents(new float[0], new float[0], 0, true);
    }

    private KnownLatents(float[] latents, float[] mask, int channels, boolean wholeFrames) {
        this.latents = latents;
        this.mask = mask;
        this.channels = channels;
        this.wholeFrames = wholeFrames;
    }

    /**
     * @param shape of the latents to make, {@code [C, F, H, W]}
     * @throws UnfitTensor when a shape is another, or a mask's value is not from 0 to 1
     */
    public static KnownLatents of(Conditioning.Known known, long[] shape) {
        HostTensor mask = known.mask();
        long[] frames = {shape[1], 1, 1};
        long[] places = {shape[1], shape[2], shape[3]};
        boolean wholeFrames = Arrays.equals(mask.shape(), frames);
        String expected = "F32 " + Arrays.toString(shape);
        UnfitTensor.unless(isF32(known.latents(), shape), "known latents", expected, known.latents());
        expected = "F32 " + Arrays.toString(frames) + " or " + Arrays.toString(places);
        UnfitTensor.unless(wholeFrames && isF32(mask, frames) || isF32(mask, places), "known mask", expected, mask);
        float[] m = mask.floats();
        for (float value : m) {
            UnfitTensor.unless(value >= 0 && value <= 1, "known mask", "values from 0 to 1", value);
        }
        int perFrame = (int) (shape[2] * shape[3]);
        float[] perPlace = wholeFrames ? spread(m, perFrame) : m;
        return new KnownLatents(
                known.latents().floats(), perPlace, (int) shape[0], wholeFrames || isSameInFrames(m, perFrame));
    }

    private static boolean isF32(HostTensor tensor, long[] shape) {
        return tensor.dtype() == DType.F32 && Arrays.equals(tensor.shape(), shape);
    }

    /** Then one timestep a latent frame says all, at less cost than one a token. */
    private static boolean isSameInFrames(float[] mask, int places) {
        for (int i = 0; i < mask.length; i++) {
            if (mask[i] != mask[i / places * places]) return false;
        }
        return true;
    }

    private static float[] spread(float[] frames, int places) {
        float[] spread = new float[frames.length * places];
        for (int i = 0; i < spread.length; i++) spread[i] = frames[i / places];
        return spread;
    }

    /** Latents of this shape, none of them known. */
    public static KnownLatents nothing(long[] shape) {
        int places = Math.toIntExact(shape[1] * shape[2] * shape[3]);
        return new KnownLatents(new float[(int) shape[0] * places], new float[places], (int) shape[0], true);
    }

    /**
     * This, and its first frames known as well.
     *
     * @param first F32 {@code [C, f, H, W]}, f at most what these have
     */
    public KnownLatents startingWith(HostTensor first) {
        int places = (int) (first.size(2) * first.size(3));
        int given = (int) first.size(1) * places;
        float[] c = latents.clone();
        float[] from = first.floats();
        for (int channel = 0; channel < channels; channel++) {
            System.arraycopy(from, channel * given, c, channel * mask.length, given);
        }
        float[] m = mask.clone();
        Arrays.fill(m, 0, given, 1);
        return new KnownLatents(c, m, channels, wholeFrames);
    }

    /**
     * This with known frames in front.
     *
     * @param front F32 {@code [C, f, H, W]}
     * @param shape of these, {@code [C, F, H, W]}
     */
    public KnownLatents after(HostTensor front, long[] shape) {
        KnownLatents these = isNone() ? nothing(shape) : this;
        HostTensor all = LatentFrames.concat(front, HostTensor.ofFloats(these.latents, shape));
        int given = Math.toIntExact(front.size(1) * shape[2] * shape[3]);
        float[] m = new float[given + these.mask.length];
        Arrays.fill(m, 0, given, 1);
        System.arraycopy(these.mask, 0, m, given, these.mask.length);
        return new KnownLatents(all.floats(), m, these.channels, these.wholeFrames);
    }

    /** Whether these are {@link #none}. */
    public boolean isNone() {
        return channels == 0;
    }

    /** {@code M·C + (1-M)·x}; x itself where nothing is known. */
    float[] blend(float[] x) {
        if (isNone()) return x;
        float[] blended = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            float m = mask[i % mask.length];
            blended[i] = m * latents[i] + (1 - m) * x[i];
        }
        return blended;
    }

    /**
     * The timestep of each group of tokens: one for all where nothing is known, else one a latent frame, else one a token.
     *
     * @param shape of the latents, {@code [C, F, H, W]}
     * @param patch patch size in frames, height and width; a patch has the timestep of its first place, as in the reference
     */
    float[] timesteps(float t, long[] shape, int[] patch) {
        if (isNone()) return new float[] {t};
        int height = (int) shape[2];
        int width = (int) shape[3];
        int frames = (int) shape[1] / patch[0];
        int rows = wholeFrames ? 1 : height / patch[1];
        int columns = wholeFrames ? 1 : width / patch[2];
        float[] timesteps = new float[frames * rows * columns];
        for (int i = 0; i < timesteps.length; i++) {
            int f = i / (rows * columns) * patch[0];
            int y = i / columns % rows * patch[1];
            int x = i % columns * patch[2];
            timesteps[i] = (1 - mask[(f * height + y) * width + x]) * t;
        }
        return timesteps;
    }
}
