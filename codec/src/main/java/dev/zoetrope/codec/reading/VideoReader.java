package dev.zoetrope.codec.reading;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.Colours;
import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.PixelConverter;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.tensors.HostTensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * Reads back the frames of a video that this module wrote, in this process, chunk by chunk; memory does not grow with the
 * video's length. Not for use by several threads at once, and not for files from outside: see {@code UntrustedMediaReader}.
 */
public final class VideoReader implements AutoCloseable {
    private final MediaSource source;
    private final MediaDecoder decoder;
    private final VideoFormat format;
    private @Nullable PixelConverter converter;
    private @Nullable AVFrame rgb;
    private boolean ended;

    /**
     * Begins to decode a video.
     *
     * @throws MediaRefusedException if the file is no MP4 of ours
     * @throws CodecFailedException if it cannot be read
     */
    public static VideoReader open(Path file) {
        return new VideoReader(MediaSource.open(file, MediaSource.Policy.OWN));
    }

    private VideoReader(MediaSource source) {
        this.source = source;
        try {
            this.format = new VideoFormat(source.width(), source.height(), VideoProbe.rate(source));
            this.decoder = new MediaDecoder(source);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** Every frame of a short video as one {@code U8 [t, H, W, 3]}, at most {@code limit} of them. */
    public static HostTensor readAll(Path file, int limit) {
        try (VideoReader reader = open(file)) {
            return reader.read(limit)
                    .orElseThrow(() -> new MediaRefusedException(Reason.NO_FRAMES, "the video has no frames"));
        }
    }

    public VideoFormat format() {
        return format;
    }

    /**
     * The next frames.
     *
     * @param atMost the most frames to return; they are held in memory together
     * @return {@code U8 [t, H, W, 3]} with 1 ≤ t ≤ atMost; empty after the last frame
     * @throws MediaRefusedException if the file is damaged
     */
    public Optional<HostTensor> read(int atMost) {
        if (atMost < 1)
            throw new IllegalArgumentException("expected to read at least one frame, but " + atMost + " came");
        int frameBytes = format.width() * format.height() * Frames.CHANNELS;
        FrameBuffer pixels = new FrameBuffer(frameBytes, atMost);
        while (pixels.frames() < atMost && !ended) {
            AVFrame picture = decoder.next();
            if (picture == null) {
                ended = true;
            } else {
                append(picture, pixels.room());
            }
        }
        if (pixels.frames() == 0) return Optional.empty();
        return Optional.of(
                HostTensor.ofBytes(pixels.bytes(), pixels.frames(), format.height(), format.width(), Frames.CHANNELS));
    }

    private void append(AVFrame picture, ByteBuffer target) {
        if (rgb == null || converter == null) {
            rgb = Frames.allocate(format.width(), format.height(), AV_PIX_FMT_RGB24);
            converter = new PixelConverter(
                    Colours.of(picture),
                    new PixelConverter.Side(format.width(), format.height(), AV_PIX_FMT_RGB24, SWS_CS_ITU709, true));
        }
        converter.convert(picture, rgb);
        Frames.appendPacked(rgb, target, Frames.CHANNELS);
    }

    @Override
    public void close() {
        if (converter != null) converter.close();
        if (rgb != null) av_frame_free(rgb);
        decoder.close();
        source.close();
    }
}
