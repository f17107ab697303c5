package dev.zoetrope.codec.untrusted;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.MediaDescription;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.reading.ContainerCheck;
import dev.zoetrope.codec.reading.FrameBuffer;
import dev.zoetrope.codec.reading.ImageSignature;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads videos and pictures that people send, as frames of the size and rate that a job wants. Videos (MP4, MOV, WebM, Matroska,
 * AVI, MPEG-TS, GIF; H.264, HEVC, VP8, VP9, AV1, MPEG-4, ProRes, MJPEG) are decoded in a child process that is killed when it
 * takes more than the limits say; pictures (JPEG, PNG, WebP, HEIC, AVIF) by {@link ImageReader} within
 * {@link MediaLimits#PICTURE}, as a video of one frame. Frames come
 * upright, as sRGB. A damaged file is refused, not guessed at.
 *
 * <p>Memory does not grow with the video's length. Not for use by several threads at once.
 */
public final class UntrustedMediaReader implements AutoCloseable {
    private final MediaTarget target;
    private final MediaDescription description;
    private final FrameSource source;
    private boolean ended;

    /** Where fitted frames come from. */
    private interface FrameSource extends AutoCloseable {
        boolean read(ByteBuffer frame);

        @Override
        void close();
    }

    /**
     * What a file is; its header is read and its first picture decoded, the rest is its own claim.
     *
     * @throws MediaRefusedException if it is nothing that is read, or larger than the limits
     * @throws CodecFailedException if the child process cannot be run
     */
    public static MediaDescription probe(Path file, MediaLimits limits) {
        requireFile(file, limits);
        if (isPicture(file)) return ImageReader.describe(file, MediaLimits.PICTURE);
        try (DecoderProcess process = DecoderProcess.start(DecoderProtocol.Task.VIDEO, file, null, limits)) {
            return process.describe();
        }
    }

    /**
     * Decodes all of a file that the target asks for, and keeps nothing: what passes here can be {@link #open}ed with the same
     * target, and has exactly as many frames.
     *
     * @throws MediaRefusedException if it is nothing that is read, damaged, cut short, or larger than the limits
     * @throws CodecFailedException if the child process cannot be run
     */
    public static CheckedMedia check(Path file, MediaTarget target, MediaLimits limits) {
        requireFile(file, limits);
        if (isPicture(file)) return new CheckedMedia(ImageReader.describe(file, MediaLimits.PICTURE), 1);
        try (DecoderProcess process = DecoderProcess.start(DecoderProtocol.Task.CHECK_VIDEO, file, target, limits)) {
            return new CheckedMedia(process.describe(), process.count());
        }
    }

    /**
     * Begins to decode a file.
     *
     * @throws MediaRefusedException if it is nothing that is read, or larger than the limits
     * @throws CodecFailedException if the child process cannot be run
     */
    public static UntrustedMediaReader open(Path file, MediaTarget target, MediaLimits limits) {
        requireFile(file, limits);
        if (isPicture(file)) return ofPicture(file, target);
        DecoderProcess process = DecoderProcess.start(DecoderProtocol.Task.VIDEO, file, target, limits);
        try {
            return new UntrustedMediaReader(target, process.describe(), new FrameSource() {
                @Override
                public boolean read(ByteBuffer frame) {
                    return process.read(frame);
                }

                @Override
                public void close() {
                    process.close();
                }
            });
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    private UntrustedMediaReader(MediaTarget target, MediaDescription description, FrameSource source) {
        this.target = target;
        this.description = description;
        this.source = source;
    }

    /** What the file is, before it is fitted. */
    public MediaDescription description() {
        return description;
    }

    /**
     * The next frames.
     *
     * @param atMost the most frames to return; they are held in memory together
     * @return {@code U8 [t, H, W, 3]} of the target's size with 1 ≤ t ≤ atMost; empty after the last frame
     * @throws MediaRefusedException if the file turns out to be damaged or too large
     * @throws CodecFailedException if the child process fails
     */
    public Optional<HostTensor> read(int atMost) {
        if (atMost < 1)
            throw new IllegalArgumentException("expected to read at least one frame, but " + atMost + " came");
        VideoFormat format = target.format();
        byte[] frame = new byte[format.width() * format.height() * Frames.CHANNELS];
        FrameBuffer pixels = new FrameBuffer(frame.length, atMost);
        while (pixels.frames() < atMost && !ended) {
            if (source.read(ByteBuffer.wrap(frame))) {
                pixels.room().put(frame);
            } else {
                ended = true;
            }
        }
        if (pixels.frames() == 0) return Optional.empty();
        return Optional.of(
                HostTensor.ofBytes(pixels.bytes(), pixels.frames(), format.height(), format.width(), Frames.CHANNELS));
    }

    private static UntrustedMediaReader ofPicture(Path file, MediaTarget target) {
        ImageReader.Read read = ImageReader.decode(file, target, MediaLimits.PICTURE);
        return new UntrustedMediaReader(target, read.description(), new FrameSource() {
            private boolean given;

            @Override
            public boolean read(ByteBuffer frame) {
                if (given) return false;
                frame.put(read.picture().data());
                given = true;
                return true;
            }

            @Override
            public void close() {}
        });
    }

    private static boolean isPicture(Path file) {
        Optional<ImageFormat> format = ImageSignature.find(head(file));
        if (format.isEmpty() || format.get() == ImageFormat.GIF) return false;
        if (format.get() == ImageFormat.WEBP && isAnimatedWebp(head(file))) {
            throw new MediaRefusedException(
                    MediaRefusedException.Reason.UNSUPPORTED,
                    "expected a video, but an animated WebP is not read as one; convert it to WebM, MP4 or GIF");
        }
        return format.get() != ImageFormat.PNG || !ContainerCheck.isAnimatedPng(file);
    }

    /** By its extended header's flag (RFC 9649, §2.7.1.2). */
    private static boolean isAnimatedWebp(byte[] head) {
        return ImageSignature.startsWith(head, 12, "VP8X") && head.length > 20 && (head[20] & 2) != 0;
    }

    private static byte[] head(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(ImageSignature.BYTES);
        } catch (IOException e) {
            throw new CodecFailedException("cannot read " + file, e);
        }
    }

    private static void requireFile(Path file, MediaLimits limits) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new CodecFailedException("expected a media file, but there is none at " + file);
            }
            long bytes = Files.size(file);
            if (bytes > limits.maxBytes()) {
                throw new MediaRefusedException(
                        MediaRefusedException.Reason.TOO_LARGE,
                        "expected at most " + limits.maxBytes() + " bytes, but the file has " + bytes);
            }
        } catch (IOException e) {
            throw new CodecFailedException("cannot read " + file, e);
        }
    }

    @Override
    public void close() {
        source.close();
    }
}
