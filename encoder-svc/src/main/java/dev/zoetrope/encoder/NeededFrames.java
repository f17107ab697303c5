package dev.zoetrope.encoder;

import dev.zoetrope.stage.FrameChunks;
import dev.zoetrope.tensors.HostTensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * The first or the last frames of what comes by, handed on in chunks. Of the first frames no more than one chunk is held, and what
 * came with it; of the last as many as are needed, since any of them may be the last. The last chunk waits until all has come.
 */
final class NeededFrames implements Consumer<HostTensor> {
    private final int needed;
    private final boolean fromEnd;
    private final int length;
    private final Consumer<HostTensor> chunks;
    private final Deque<HostTensor> held = new ArrayDeque<>();
    private int heldFrames;
    private int handedOn;
    private int seen;

    /**
     * @param needed how many frames
     * @param fromEnd whether they are the last; the first otherwise
     * @param length frames of a chunk
     * @param chunks given each chunk, U8 {@code [t, H, W, 3]} with t ≤ length
     */
    NeededFrames(int needed, boolean fromEnd, int length, Consumer<HostTensor> chunks) {
        this.needed = needed;
        this.fromEnd = fromEnd;
        this.length = length;
        this.chunks = chunks;
    }

    /** @param frames U8 {@code [t, H, W, 3]} */
    @Override
    public void accept(HostTensor frames) {
        seen += (int) frames.size(0);
        if (!fromEnd && handedOn + heldFrames >= needed) return;
        held.addLast(frames);
        heldFrames += (int) frames.size(0);
        if (fromEnd) {
            while (heldFrames - held.getFirst().size(0) >= needed)
                heldFrames -= (int) held.removeFirst().size(0);
        } else {
            while (heldFrames >= length && needed - handedOn > length) handOn(length);
        }
    }

    /** Hands on the rest; nothing, if fewer frames came than are needed. */
    void finish() {
        if (seen < needed) return;
        if (fromEnd) take(heldFrames - needed);
        while (handedOn < needed) handOn(Math.min(length, needed - handedOn));
    }

    /** How many frames came, needed or not. */
    int seen() {
        return seen;
    }

    int held() {
        return heldFrames;
    }

    private void handOn(int frames) {
        chunks.accept(FrameChunks.join(take(frames)));
        handedOn += frames;
    }

    private List<HostTensor> take(int frames) {
        List<HostTensor> taken = new ArrayList<>();
        for (int left = frames; left > 0; ) {
            HostTensor first = held.removeFirst();
            int size = (int) first.size(0);
            int part = Math.min(left, size);
            taken.add(part == size ? first : FrameChunks.part(first, 0, part));
            if (part < size) held.addFirst(FrameChunks.part(first, part, size));
            left -= part;
        }
        heldFrames -= frames;
        return taken;
    }
}
