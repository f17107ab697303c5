package dev.zoetrope.codec;

import dev.zoetrope.tensors.HostTensor;
import java.nio.ByteBuffer;

/** How near two clips are, in decibels. */
public final class Quality {
    private Quality() {}

    /** Peak signal-to-noise ratio of luma (BT.709 weights), over all frames together. */
    public static double psnrY(HostTensor expected, HostTensor actual) {
        ByteBuffer a = expected.data();
        ByteBuffer b = actual.data();
        if (a.remaining() != b.remaining()) throw new AssertionError("expected " + expected + ", but got " + actual);
        double squares = 0;
        int pixels = a.remaining() / 3;
        for (int i = 0; i < pixels; i++) {
            double difference = luma(a) - luma(b);
            squares += difference * difference;
        }
        return 10 * Math.log10(255 * 255 / Math.max(1e-10, squares / pixels));
    }

    /** The largest difference of any channel's mean. */
    public static double meanColourError(HostTensor expected, HostTensor actual) {
        double worst = 0;
        for (int channel = 0; channel < 3; channel++) {
            worst = Math.max(worst, Math.abs(mean(expected, channel) - mean(actual, channel)));
        }
        return worst;
    }

    private static double mean(HostTensor clip, int channel) {
        ByteBuffer bytes = clip.data();
        long sum = 0;
        for (int i = channel; i < bytes.limit(); i += 3) sum += bytes.get(i) & 0xff;
        return sum * 3.0 / bytes.limit();
    }

    private static double luma(ByteBuffer rgb) {
        return 0.2126 * (rgb.get() & 0xff) + 0.7152 * (rgb.get() & 0xff) + 0.0722 * (rgb.get() & 0xff);
    }
}
