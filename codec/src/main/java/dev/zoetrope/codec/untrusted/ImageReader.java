package dev.zoetrope.codec.untrusted;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.MediaDescription;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads pictures that people send: JPEG, PNG, WebP, HEIC, AVIF and GIF (of the last, and of animated ones, the first picture).
 * They are decoded in a child process that is killed when it takes more than the limits say. Pictures come upright (EXIF, XMP,
 * HEIF's own turns), as sRGB whatever their profile, and where they were transparent, white. One that is cut short or damaged is
 * refused, not guessed at.
 *
 * <p>At most as many pictures as there are processors are decoded at once; more wait.
 */
public final class ImageReader {
    private static final Semaphore TURNS = new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    private ImageReader() {}

    /**
     * What a picture is.
     *
     * @param width as it stands upright
     * @param height as it stands upright
     */
    public record ImageInfo(ImageFormat format, int width, int height) {}

    /**
     * Decodes a picture and says what it is: one that this lets pass, {@link #read} will read.
     *
     * @throws MediaRefusedException if it is no such picture, is damaged, or is larger than the limits
     * @throws CodecFailedException if the child process cannot be run
     */
    public static ImageInfo check(Path file, MediaLimits limits) {
        MediaDescription said = describe(file, limits);
        return new ImageInfo(
                ImageFormat.valueOf(said.container().toUpperCase(Locale.ROOT)), said.width(), said.height());
    }

    /**
     * Decodes a picture to a size. Large ones are scaled while they are decoded.
     *
     * @return {@code U8 [height, width, 3]}
     * @throws MediaRefusedException if it is no such picture, is damaged, or is larger than the limits
     * @throws CodecFailedException if the child process cannot be run
     */
    public static HostTensor read(Path file, Fit fit, int width, int height, MediaLimits limits) {
        // A picture has no rate; a target has.
        MediaTarget target = MediaTarget.of(VideoFormat.of(width, height, 1), fit);
        return decode(file, target, limits).picture();
    }

    /**
     * Decodes a picture in its own size, which takes memory for each of its pixels.
     *
     * @return {@code U8 [H, W, 3]}
     * @throws MediaRefusedException if it is no such picture, is damaged, or is larger than the limits
     * @throws CodecFailedException if the child process cannot be run
     */
    public static HostTensor read(Path file, MediaLimits limits) {
        return decode(file, null, limits).picture();
    }

    /** As {@link #read(Path, MediaLimits)}, of a file that is at hand. */
    public static HostTensor read(byte[] file, MediaLimits limits) {
        try {
            Path copy = Files.createTempFile("picture", null);
            try {
                return read(Files.write(copy, file), limits);
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new CodecFailedException("a picture cannot be written for the process that decodes it", e);
        }
    }

    /** @param picture {@code U8 [H, W, 3]} */
    record Read(MediaDescription description, HostTensor picture) {}

    static MediaDescription describe(Path file, MediaLimits limits) {
        return inTurn(DecoderProtocol.Task.CHECK_PICTURE, file, null, limits, DecoderProcess::describe);
    }

    /** @param target null for the picture's own size */
    static Read decode(Path file, @Nullable MediaTarget target, MediaLimits limits) {
        return inTurn(DecoderProtocol.Task.PICTURE, file, target, limits, process -> {
            MediaDescription said = process.describe();
            int width = target == null ? said.width() : target.format().width();
            int height = target == null ? said.height() : target.format().height();
            byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(width, height), Frames.CHANNELS)];
            if (!process.read(ByteBuffer.wrap(pixels))) {
                throw new CodecFailedException("the decoding process sent no picture");
            }
            return new Read(said, HostTensor.ofBytes(pixels, height, width, Frames.CHANNELS));
        });
    }

    private interface Use<T> {
        T apply(DecoderProcess process);
    }

    private static <T> T inTurn(
            DecoderProtocol.Task task, Path file, @Nullable MediaTarget target, MediaLimits limits, Use<T> use) {
        requireFile(file, limits);
        try {
            if (!TURNS.tryAcquire(limits.deadline().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new CodecFailedException("too many pictures are being decoded");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CodecFailedException("interrupted while waiting to decode a picture", e);
        }
        try (DecoderProcess process = DecoderProcess.start(task, file, target, limits)) {
            return use.apply(process);
        } finally {
            TURNS.release();
        }
    }

    private static void requireFile(Path file, MediaLimits limits) {
        try {
            long bytes = Files.size(file);
            if (bytes > limits.maxBytes()) {
                throw new MediaRefusedException(
                        Reason.TOO_LARGE,
                        "expected a picture of at most " + limits.maxBytes() + " bytes, but " + bytes + " came");
            }
        } catch (IOException e) {
            throw new CodecFailedException("cannot read " + file, e);
        }
    }
}
