package dev.zoetrope.stage;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Frames in the store: U8 {@code [T, H, W, C]} in chunks, read one at a time, so that memory does not grow with the video.
 */
public final class FrameChunks {
    private static final String TENSOR = "frames";

    private final Artifacts artifacts;
    private final List<ArtifactRef> chunks;
    private final LongConsumer read;

    /** @param read told the bytes of each chunk that is read */
    public FrameChunks(Artifacts artifacts, List<ArtifactRef> chunks, LongConsumer read) {
        this.artifacts = artifacts;
        this.chunks = List.copyOf(chunks);
        this.read = read;
    }

    /** What a chunk holds when it is stored. */
    public static Safetensors content(HostTensor frames) {
        return new Safetensors(Map.of(TENSOR, frames));
    }

    /** How many frames a stored chunk has. */
    public static int frames(ArtifactRef chunk) {
        List<Long> shape = chunk.shape();
        if (shape == null || shape.size() != 4) {
            throw new IllegalArgumentException(
                    chunk.key() + ": expected frames U8 [T, H, W, C], but " + chunk.dtype() + " " + shape + " came");
        }
        return Math.toIntExact(shape.get(0));
    }

    /** How many frames there are. */
    public int frames() {
        return chunks.stream().mapToInt(FrameChunks::frames).sum();
    }

    /** Frames {@code from} to {@code to}, the last not included, in pieces as they were stored; read as the iterator goes. */
    public Iterator<HostTensor> slice(int from, int to) {
        if (from < 0 || to > frames() || from > to) {
            throw new IllegalArgumentException(
                    "expected a part of " + frames() + " frames, but " + from + " to " + to + " came");
        }
        record Piece(ArtifactRef chunk, int from, int to) {}
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        for (ArtifactRef chunk : chunks) {
            int size = frames(chunk);
            int first = Math.max(from - at, 0);
            int last = Math.min(to - at, size);
            if (first < last) pieces.add(new Piece(chunk, first, last));
            at += size;
        }
        return pieces.stream()
                .map(piece -> part(read(piece.chunk()), piece.from(), piece.to()))
                .iterator();
    }

    /** All frames, in pieces. */
    public Iterator<HostTensor> all() {
        return slice(0, frames());
    }

    /** Frames {@code from} to {@code to}, the last not included, as one tensor. */
    public HostTensor whole(int from, int to) {
        List<HostTensor> pieces = new ArrayList<>();
        slice(from, to).forEachRemaining(pieces::add);
        return join(pieces);
    }

    private HostTensor read(ArtifactRef chunk) {
        HostTensor frames = artifacts.tensors(chunk).get(TENSOR);
        read.accept(chunk.bytes());
        return frames;
    }

    /** Frames {@code from} to {@code to} of a chunk in memory, the last not included, as a view. */
    public static HostTensor part(HostTensor chunk, int from, int to) {
        if (from == 0 && to == chunk.size(0)) return chunk;
        long frameBytes = chunk.byteCount() / chunk.size(0);
        ByteBuffer bytes = chunk.data().slice((int) (from * frameBytes), (int) ((to - from) * frameBytes));
        return HostTensor.of(chunk.dtype(), bytes, to - from, chunk.size(1), chunk.size(2), chunk.size(3));
    }

    /** Pieces of equal size as one tensor. */
    public static HostTensor join(List<HostTensor> pieces) {
        if (pieces.size() == 1) return pieces.get(0);
        HostTensor some = pieces.get(0);
        long frames = pieces.stream().mapToLong(piece -> piece.size(0)).sum();
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(frames * some.size(1) * some.size(2) * some.size(3)));
        pieces.forEach(piece -> bytes.put(piece.data()));
        return HostTensor.of(some.dtype(), bytes.flip(), frames, some.size(1), some.size(2), some.size(3));
    }
}
