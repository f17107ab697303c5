package dev.zoetrope.codec.preview;

import java.util.List;
import java.util.stream.LongStream;

/** Which frames stand for a whole video. */
public final class Spread {
    private Spread() {}

    /** Frames from the middle of {@code count} equal parts, rising; each of them once if there are not enough. */
    public static List<Long> over(long frames, int count) {
        long shown = Math.min(frames, count);
        return LongStream.range(0, shown)
                .map(i -> (2 * i + 1) * frames / (2 * shown))
                .boxed()
                .toList();
    }
}
