package dev.zoetrope.engine;

import dev.zoetrope.tensors.HostTensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets made frames meet given ones. A decoder draws on what came before, so it shows a given frame beside made ones a little otherwise
 * than it is: by the autoencoder's own loss, and by the other past. Where the given frame then stands in its place, that difference is a
 * step. So it is faded out over the frames beside it, as many as one latent has: at the given frame all of it, then less each frame.
 */
public final class Seams {
    private Seams() {}

    /**
     * A sink for decoded frames, the given ones among them, that hands on the same number.
     *
     * @param out takes U8 {@code [1, H, W, 3]}
     * @param temporalFactor the most frames that are changed on either side
     * @param from place of the first made frame
     * @param before what stands before it, U8 {@code [1, H, W, 3]}, or null for nothing
     * @param to place of the first frame after the made ones
     * @param after what stands there, U8 {@code [1, H, W, 3]}, or null for nothing
     */
    public static Consumer<HostTensor> meeting(
            Consumer<HostTensor> out,
            int temporalFactor,
            int from,
            @Nullable HostTensor before,
            int to,
            @Nullable HostTensor after) {
        if (before == null && after == null) return out;
        int length = Math.min(temporalFactor, to - from);
        return new Meeting(
                out,
                length,
                from - 1,
                before == null ? null : before.bytes(),
                to,
                after == null ? null : after.bytes());
    }

    private static final class Meeting implements Consumer<HostTensor> {
        private final Consumer<HostTensor> out;
        private final int length;
        private final int start;
        private final byte @Nullable [] before;
        private final int end;
        private final byte @Nullable [] after;
        private final Deque<HostTensor> held = new ArrayDeque<>();
        private int @Nullable [] lossBefore;
        private int place;

        Meeting(
                Consumer<HostTensor> out,
                int length,
                int start,
                byte @Nullable [] before,
                int end,
                byte @Nullable [] after) {
            this.out = out;
            this.length = length;
            this.start = start;
            this.before = before;
            this.end = end;
            this.after = after;
        }

        @Override
        public void accept(HostTensor chunk) {
            int frames = (int) chunk.size(0);
            byte[] all = chunk.bytes();
            int size = all.length / frames;
            for (int i = 0; i < frames; i++) {
                byte[] frame = new byte[size];
                System.arraycopy(all, i * size, frame, 0, size);
                next(frame, chunk);
                place++;
            }
        }

        private void next(byte[] frame, HostTensor like) {
            if (before != null && place == start) lossBefore = difference(before, frame);
            if (lossBefore != null && place <= start + length) add(frame, lossBefore, place - start);
            held.addLast(HostTensor.ofBytes(frame, 1, like.size(1), like.size(2), like.size(3)));
            if (after != null && place == end) meet(difference(after, frame));
            int waiting = after != null && place < end ? length : 0;
            while (held.size() > waiting) out.accept(held.removeFirst());
        }

        /** The last of those held is the given frame itself. */
        private void meet(int[] loss) {
            int distance = held.size() - 1;
            Deque<HostTensor> met = new ArrayDeque<>();
            for (HostTensor frame : held) {
                byte[] changed = frame.bytes();
                add(changed, loss, distance--);
                met.addLast(HostTensor.ofBytes(changed, frame.shape()));
            }
            held.clear();
            held.addAll(met);
        }

        private static int[] difference(byte[] given, byte[] made) {
            int[] difference = new int[made.length];
            for (int i = 0; i < made.length; i++) difference[i] = (given[i] & 0xff) - (made[i] & 0xff);
            return difference;
        }

        private void add(byte[] frame, int[] loss, int distance) {
            float part = 1 - distance / (length + 1f);
            for (int i = 0; i < frame.length; i++) {
                int value = (frame[i] & 0xff) + Math.round(loss[i] * part);
                frame[i] = (byte) Math.max(0, Math.min(255, value));
            }
        }
    }
}
