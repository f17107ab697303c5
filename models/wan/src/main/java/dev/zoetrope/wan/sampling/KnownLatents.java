package dev.zoetrope.wan.sampling;

import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.util.Arrays;
import java.util.Map;

/**
 * Clean latents C that are given, and the mask M of where they are: 1 known, 0 to be made, between for soft edges.
 *
 * <p>The one mechanism behind every task: before each forward {@code x = M·C + (1-M)·x}, and what is known has timestep
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
     * Reads {@code latents} F32 {@code [C, F, H, W]} and {@code mask} F32 {@code [F, 1, 1]} or {@code [F, H, W]}.
     *
     * @param shape of the latents to make, {@code [C, F, H, W]}
     * @throws IllegalArgumentException when a shape is another, or a mask's value is not from 0 to 1
     */
    public static KnownLatents of(Safetensors known, long[] shape) {
        HostTensor latents = known.get("latents");
        HostTensor mask = known.get("mask");
        if (!Arrays.equals(latents.shape(), shape)) {
            throw new IllegalArgumentException(
                    "known latents: expected shape " + Arrays.toString(shape) + ", but " + latents + " came");
        }
        long[] frames = {shape[1], 1, 1};
        long[] places = {shape[1], shape[2], shape[3]};
        boolean wholeFrames = Arrays.equals(mask.shape(), frames);
        if (!wholeFrames && !Arrays.equals(mask.shape(), places)) {
            throw new IllegalArgumentException("known mask: expected shape " + Arrays.toString(frames) + " or "
                    + Arrays.toString(places) + ", but " + mask + " came");
        }
        float[] m = mask.floats();
        for (float value : m) {
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException("known mask: expected values from 0 to 1, but " + value + " came");
            }
        }
        int perFrame = (int) (shape[2] * shape[3]);
        float[] perPlace = wholeFrames ? spread(m, perFrame) : m;
        return new KnownLatents(latents.floats(), perPlace, (int) shape[0], wholeFrames || isSameInFrames(m, perFrame));
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
     * @param first F32 {@code [C, f, H, W]}, f fewer than these have
     * @return as {@link #of} reads it
     */
    public Safetensors startingWith(HostTensor first) {
        int places = (int) (first.size(2) * first.size(3));
        int total = mask.length / places;
        int given = (int) first.size(1);
        float[] c = latents.clone();
        float[] from = first.floats();
        for (int channel = 0; channel < channels; channel++) {
            System.arraycopy(from, channel * given * places, c, channel * mask.length, given * places);
        }
        float[] m = mask.clone();
        Arrays.fill(m, 0, given * places, 1);
        return new Safetensors(Map.of(
                "latents", HostTensor.ofFloats(c, channels, total, first.size(2), first.size(3)),
                "mask", HostTensor.ofFloats(m, total, first.size(2), first.size(3))));
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

    boolean isNone() {
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
