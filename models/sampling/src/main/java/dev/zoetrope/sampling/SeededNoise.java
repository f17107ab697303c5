package dev.zoetrope.sampling;

/**
 * Standard normal noise that depends on the seed and the element's place alone: the same on every machine, device and version of a
 * library, and a shorter draw is the beginning of a longer one.
 *
 * <p>Generator: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011) with the seed as key and the
 * number of the block as counter; each block's four words make four normals by the Box–Muller transform, computed by
 * {@link StrictMath} in double precision and rounded to float once.
 */
public final class SeededNoise {
    private static final int M0 = 0xD2511F53;
    private static final int M1 = 0xCD9E8D57;
    private static final int W0 = 0x9E3779B9;
    private static final int W1 = 0xBB67AE85;

    private SeededNoise() {}

    /** The first {@code count} normals of a seed. */
    public static float[] normal(long seed, int count) {
        float[] values = new float[count];
        float[] four = new float[4];
        for (int block = 0; 4 * (long) block < count; block++) {
            int[] words = philox(block, (int) seed, (int) (seed >>> 32));
            pair(words[0], words[1], four, 0);
            pair(words[2], words[3], four, 2);
            System.arraycopy(four, 0, values, 4 * block, Math.min(4, count - 4 * block));
        }
        return values;
    }

    /** Box–Muller: two words to two normals. */
    private static void pair(int a, int b, float[] out, int at) {
        double u = (Integer.toUnsignedLong(a) + 0.5) * 0x1p-32;
        double angle = 2 * StrictMath.PI * (Integer.toUnsignedLong(b) + 0.5) * 0x1p-32;
        double radius = StrictMath.sqrt(-2 * StrictMath.log(u));
        out[at] = (float) (radius * StrictMath.cos(angle));
        out[at + 1] = (float) (radius * StrictMath.sin(angle));
    }

    static int[] philox(long counter, int key0, int key1) {
        int c0 = (int) counter;
        int c1 = (int) (counter >>> 32);
        int c2 = 0;
        int c3 = 0;
        for (int round = 0; round < 10; round++) {
            long p0 = Integer.toUnsignedLong(M0) * Integer.toUnsignedLong(c0);
            long p1 = Integer.toUnsignedLong(M1) * Integer.toUnsignedLong(c2);
            c0 = (int) (p1 >>> 32) ^ c1 ^ (key0 + round * W0);
            c2 = (int) (p0 >>> 32) ^ c3 ^ (key1 + round * W1);
            c1 = (int) p1;
            c3 = (int) p0;
        }
        return new int[] {c0, c1, c2, c3};
    }
}
