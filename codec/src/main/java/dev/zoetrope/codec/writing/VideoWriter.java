package dev.zoetrope.codec.writing;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;

/**
 * Writes frames to an MP4 as they come. The file appears under its name, whole, when {@link #finish} returns; closing without
 * finishing leaves nothing behind. The same frames, however they are cut into chunks, give the same bytes.
 *
 * <pre>{@code
 * try (VideoWriter writer = VideoWriter.create(file, VideoFormat.of(480, 832, 16))) {
 *     writer.write(frames);
 *     writer.finish();
 * }
 * }</pre>
 *
 * Memory does not grow with the video's length. Not for use by several threads at once.
 */
public final class VideoWriter implements AutoCloseable {
    private final VideoFormat format;
    private final FrameEncoder encoder;
    private final PendingVideo video;
    private long frames;
    private boolean finished;
    private boolean closed;

    /** H.264 with the settings that {@code codec/README.md} measures. */
    public static VideoWriter create(Path file, VideoFormat format) {
        return create(file, format, EncoderSettings.H264, VideoMetadata.NONE);
    }

    public static VideoWriter create(Path file, VideoFormat format, VideoMetadata metadata) {
        return create(file, format, EncoderSettings.H264, metadata);
    }

    /**
     * Begins a video.
     *
     * @param file where the video will be; replaced if it exists
     * @throws IllegalArgumentException if {@code format} cannot be encoded: an odd, too small or too large side
     * @throws CodecFailedException if the encoder cannot be opened or the folder cannot be written
     */
    public static VideoWriter create(Path file, VideoFormat format, EncoderSettings settings, VideoMetadata metadata) {
        FrameEncoder.requireEncodable(format, settings.codec());
        return new VideoWriter(file, format, settings, metadata);
    }

    private VideoWriter(Path file, VideoFormat format, EncoderSettings settings, VideoMetadata metadata) {
        this.format = format;
        this.encoder = new FrameEncoder(format, settings);
        try {
            this.video = new PendingVideo(
                    file,
                    track -> avcodec_parameters_from_context(track.codecpar(), encoder.context()),
                    format.rate(),
                    metadata);
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    /**
     * Adds frames.
     *
     * @param chunk {@code U8 [t, H, W, 3]}, {@code t} of zero or more
     * @throws IllegalArgumentException if the chunk has another shape or type
     * @throws CodecFailedException if encoding or writing fails
     */
    public void write(HostTensor chunk) {
        requireOpen();
        Frames.requireChunk(chunk, format);
        for (int i = 0; i < chunk.size(0); i++) {
            encoder.encode(Frames.frame(chunk, i), video::write);
            frames++;
        }
    }

    /** How many frames were written so far. */
    public long frames() {
        return frames;
    }

    /**
     * Completes the file and gives it its name.
     *
     * @throws IllegalStateException if no frame was written
     * @throws CodecFailedException if writing fails
     */
    public void finish() {
        requireOpen();
        if (frames == 0) throw new IllegalStateException("expected at least one frame, but none was written");
        encoder.drain(video::write);
        video.publish();
        finished = true;
    }

    private void requireOpen() {
        if (finished || closed) throw new IllegalStateException("the writer is " + (finished ? "finished" : "closed"));
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        video.close();
        encoder.close();
    }
}
