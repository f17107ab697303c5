package dev.zoetrope.codec;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Frames per second as a fraction in lowest terms, so that 24000/1001 stays what it is. */
public record FrameRate(int numerator, int denominator) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(?:/(\\d{1,9}))?");

    /** The fastest rate that is written or asked of a reader. */
    static final int MAX_PER_SECOND = 1000;

    public FrameRate {
        if (numerator <= 0 || denominator <= 0 || numerator > (long) MAX_PER_SECOND * denominator) {
            throw new IllegalArgumentException("a frame rate is a positive fraction of at most " + MAX_PER_SECOND
                    + " frames per second, but " + numerator + "/" + denominator + " came");
        }
        int divisor = greatestCommonDivisor(numerator, denominator);
        numerator /= divisor;
        denominator /= divisor;
    }

    public static FrameRate of(int framesPerSecond) {
        return new FrameRate(framesPerSecond, 1);
    }

    /** Reads {@code 24} or {@code 24000/1001}. */
    public static FrameRate parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "a frame rate is written like 24 or 24000/1001, but '" + text + "' came");
        }
        return new FrameRate(
                Integer.parseInt(form.group(1)), form.group(2) == null ? 1 : Integer.parseInt(form.group(2)));
    }

    public double perSecond() {
        return (double) numerator / denominator;
    }

    /** How long {@code frames} frames last. */
    public double seconds(long frames) {
        return (double) frames * denominator / numerator;
    }

    @Override
    public String toString() {
        return denominator == 1 ? Integer.toString(numerator) : numerator + "/" + denominator;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
