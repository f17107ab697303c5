package dev.zoetrope.codec.untrusted;

import java.util.Arrays;
import java.util.Random;

/** Damage of the kinds that files meet: cut short, flipped bits, overwritten runs, swallowed and doubled pieces. */
final class Mutations {
    private Mutations() {}

    static byte[] mutate(byte[] good, Random random) {
        byte[] bad = good.clone();
        switch (random.nextInt(5)) {
            case 0 -> bad = Arrays.copyOf(bad, random.nextInt(bad.length));
            case 1 -> {
                int flips = 1 + random.nextInt(20);
                for (int i = 0; i < flips; i++) bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            case 2 -> {
                int from = random.nextInt(bad.length);
                int to = Math.min(bad.length, from + 1 + random.nextInt(200));
                byte value = (byte) (random.nextBoolean() ? 0xff : random.nextInt(256));
                Arrays.fill(bad, from, to, value);
            }
            case 3 -> {
                int from = random.nextInt(bad.length);
                int length = Math.min(bad.length - from, 1 + random.nextInt(64));
                System.arraycopy(good, from + length, bad, from, bad.length - from - length);
            }
            default -> {
                // Headers are where lies cost most.
                int head = Math.min(bad.length, 256);
                for (int i = 0; i < 4; i++) bad[random.nextInt(head)] = (byte) random.nextInt(256);
            }
        }
        return bad;
    }
}
