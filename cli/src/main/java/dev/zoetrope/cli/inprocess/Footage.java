package dev.zoetrope.cli.inprocess;

import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.ImageReader;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.UntrustedMediaReader;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Frames that the user brings: a video brought to a rate and size, held as pieces U8 {@code [t, H, W, 3]}. */
final class Footage {
    private final List<HostTensor> chunks;
    private final int frames;

    private Footage(List<HostTensor> chunks) {
        this.chunks = List.copyOf(chunks);
        this.frames = (int) chunks.stream().mapToLong(c -> c.size(0)).sum();
    }

    static Footage of(List<HostTensor> chunks) {
        return new Footage(chunks);
    }

    /** A picture as one frame, cut to the size's shape. */
    static Footage picture(Path file, int width, int height) {
        HostTensor picture = ImageReader.read(file, Fit.COVER, width, height, MediaLimits.PICTURE);
        return new Footage(List.of(HostTensor.of(picture.dtype(), picture.data(), 1, height, width, 3)));
    }

    /** A video, at this rate and cut to the size's shape. */
    static Footage video(Path file, int width, int height, int framesPerSecond) {
        List<HostTensor> chunks = new ArrayList<>();
        MediaTarget target = MediaTarget.of(VideoFormat.of(width, height, framesPerSecond), Fit.COVER);
        try (UntrustedMediaReader reader = UntrustedMediaReader.open(file, target, MediaLimits.VIDEO)) {
            for (Optional<HostTensor> chunk; (chunk = reader.read(16)).isPresent(); ) chunks.add(chunk.get());
        }
        return new Footage(chunks);
    }

    int frames() {
        return frames;
    }

    Iterator<HostTensor> chunks() {
        return chunks.iterator();
    }

    /** Frames {@code from} to {@code to}, the last not included. */
    Footage slice(int from, int to) {
        List<HostTensor> slice = new ArrayList<>();
        int at = 0;
        for (HostTensor chunk : chunks) {
            int size = (int) chunk.size(0);
            int first = Math.max(from - at, 0);
            int last = Math.min(to - at, size);
            if (first < last) slice.add(part(chunk, first, last));
            at += size;
        }
        return new Footage(slice);
    }

    /** All frames as one tensor. */
    HostTensor whole() {
        HostTensor some = chunks.get(0);
        byte[] pixels = new byte[Math.toIntExact(frames * some.size(1) * some.size(2) * 3)];
        int at = 0;
        for (HostTensor chunk : chunks) {
            chunk.data().get(pixels, at, (int) chunk.byteCount());
            at += (int) chunk.byteCount();
        }
        return HostTensor.ofBytes(pixels, frames, some.size(1), some.size(2), 3);
    }

    static HostTensor part(HostTensor chunk, int from, int to) {
        int frameBytes = (int) (chunk.byteCount() / chunk.size(0));
        return HostTensor.of(
                chunk.dtype(),
                chunk.data().slice(from * frameBytes, (to - from) * frameBytes),
                to - from,
                chunk.size(1),
                chunk.size(2),
                3);
    }
}
