package dev.zoetrope.wan.vae;

import dev.zoetrope.tensors.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A tile's extent along one axis, in latents, and how much each of its places counts where tiles overlap.
 *
 * <p>Tiles are all of one size and spread evenly, so none is a sliver; neighbours share at least a quarter. Across what they share, one
 * fades out as the other fades in: counts of all tiles at one place sum to 1, and a tile's border, where it knew least of its
 * surroundings, counts least.
 *
 * @param counts by {@code scale}: one for each place of the finer grid
 */
record Strip(int begin, int size, float[] counts) {
    /**
     * Cuts an axis.
     *
     * @param length of the axis, in latents
     * @param tile size of a tile, in latents; 0 or at least the length for a single one
     * @param scale how many places of {@code counts} one latent has
     */
    static List<Strip> cut(int length, int tile, int scale) {
        if (tile == 0 || tile >= length) return List.of(new Strip(0, length, ones(length * scale)));
        int shared = (tile + 3) / 4;
        int tiles = (length - shared + tile - shared - 1) / (tile - shared);
        int[] begins = new int[tiles];
        for (int i = 0; i < tiles; i++) begins[i] = Math.round((float) i * (length - tile) / (tiles - 1));
        float[] sum = new float[length * scale];
        List<Strip> strips = new ArrayList<>();
        for (int i = 0; i < tiles; i++) {
            int before = i == 0 ? 0 : begins[i - 1] + tile - begins[i];
            int after = i == tiles - 1 ? 0 : begins[i] + tile - begins[i + 1];
            float[] counts = faded(tile * scale, before * scale, after * scale);
            for (int p = 0; p < counts.length; p++) sum[begins[i] * scale + p] += counts[p];
            strips.add(new Strip(begins[i], tile, counts));
        }
        for (Strip strip : strips) {
            for (int p = 0; p < strip.counts.length; p++) strip.counts[p] /= sum[strip.begin * scale + p];
        }
        return strips;
    }

    private static float[] faded(int size, int before, int after) {
        float[] counts = ones(size);
        for (int p = 0; p < size; p++) {
            if (p < before) counts[p] = ramp(p, before);
            if (size - 1 - p < after) counts[p] = Math.min(counts[p], ramp(size - 1 - p, after));
        }
        return counts;
    }

    private static float ramp(int p, int shared) {
        float margin = shared / 4f;
        return Math.max(0f, Math.min(1f, (p + 0.5f - margin) / (shared - 2 * margin)));
    }

    private static float[] ones(int size) {
        float[] ones = new float[size];
        Arrays.fill(ones, 1);
        return ones;
    }

    HostTensor tensor() {
        return HostTensor.ofFloats(counts, counts.length);
    }
}
