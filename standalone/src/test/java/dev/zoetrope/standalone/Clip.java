package dev.zoetrope.standalone;

import dev.zoetrope.codec.reading.VideoReader;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Decoded frames and what can be measured on them. All figures are of 8-bit RGB values. */
record Clip(List<byte[]> frames) {
    private static final int MOST = 1_000;

    static Clip of(Path video) {
        return of(VideoReader.readAll(video, MOST));
    }

    /** @param frames U8 {@code [T, H, W, 3]} */
    static Clip of(HostTensor frames) {
        byte[] all = frames.bytes();
        int size = all.length / Math.toIntExact(frames.size(0));
        return new Clip(IntStream.range(0, all.length / size)
                .mapToObj(i -> Arrays.copyOfRange(all, i * size, (i + 1) * size))
                .toList());
    }

    int length() {
        return frames.size();
    }

    byte[] frame(int i) {
        return frames.get(i);
    }

    byte[] last() {
        return frames.get(frames.size() - 1);
    }

    Clip part(int from, int to) {
        return new Clip(frames.subList(from, to));
    }

    boolean sameAs(Clip other) {
        return length() == other.length()
                && IntStream.range(0, length()).allMatch(i -> Arrays.equals(frame(i), other.frame(i)));
    }

    /** Root mean square of the change from the frame before to this one. */
    double step(int to) {
        return Math.sqrt(meanSquare(frame(to - 1), frame(to)));
    }

    /** The median of all steps; a clip has at least two frames. */
    double medianStep() {
        double[] steps =
                IntStream.range(1, length()).mapToDouble(this::step).sorted().toArray();
        return steps[steps.length / 2];
    }

    double largestStep() {
        return IntStream.range(1, length()).mapToDouble(this::step).max().orElseThrow();
    }

    /** Of all frames together, in decibels. */
    double psnr(Clip other) {
        if (length() != other.length()) {
            throw new AssertionError("expected " + other.length() + " frames, but " + length() + " came");
        }
        return decibels(IntStream.range(0, length())
                .mapToDouble(i -> meanSquare(frame(i), other.frame(i)))
                .average()
                .orElseThrow());
    }

    static double psnr(byte[] one, byte[] other) {
        return decibels(meanSquare(one, other));
    }

    private static double decibels(double meanSquare) {
        return meanSquare == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(255 * 255 / meanSquare);
    }

    static double meanSquare(byte[] one, byte[] other) {
        if (one.length != other.length) {
            throw new AssertionError("expected " + other.length + " bytes, but " + one.length + " came");
        }
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            double difference = (one[i] & 0xff) - (other[i] & 0xff);
            sum += difference * difference;
        }
        return sum / one.length;
    }
}
