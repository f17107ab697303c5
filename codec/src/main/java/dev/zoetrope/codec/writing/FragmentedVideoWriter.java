package dev.zoetrope.codec.writing;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.tensors.HostTensor;

/**
 * Writes frames to a fragmented MP4 (CMAF) while they come, for HLS and for players that start before the last frame is there.
 * Not for use by several threads at once; the sink is called by {@link #write} and {@link #finish}.
 */
public final class FragmentedVideoWriter implements AutoCloseable {
    private final VideoFormat format;
    private final FrameEncoder encoder;
    private final FragmentMuxer muxer;
    private boolean closed;

    /**
     * Begins a video.
     *
     * @param fragmentSeconds how long a fragment lasts at most; each picture that stands alone begins a new one, so with
     *     {@link EncoderSettings#keyframeSeconds} or more every fragment is independent, as segments of HLS must be
     * @throws IllegalArgumentException if {@code format} cannot be encoded
     * @throws CodecFailedException if the encoder cannot be opened or the sink fails
     */
    public static FragmentedVideoWriter create(
            FragmentSink sink,
            VideoFormat format,
            EncoderSettings settings,
            VideoMetadata metadata,
            double fragmentSeconds) {
        FrameEncoder.requireEncodable(format, settings.codec());
        return new FragmentedVideoWriter(sink, format, settings, metadata, fragmentSeconds);
    }

    private FragmentedVideoWriter(
            FragmentSink sink,
            VideoFormat format,
            EncoderSettings settings,
            VideoMetadata metadata,
            double fragmentSeconds) {
        this.format = format;
        this.encoder = new FrameEncoder(format, settings);
        try {
            this.muxer = new FragmentMuxer(
                    sink,
                    track -> avcodec_parameters_from_context(track.codecpar(), encoder.context()),
                    format.rate(),
                    metadata,
                    fragmentSeconds,
                    0);
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    /**
     * Adds frames; the sink gets what is complete.
     *
     * @param chunk {@code U8 [t, H, W, 3]}
     * @throws IllegalArgumentException if the chunk has another shape or type
     * @throws CodecFailedException if encoding or the sink fails
     */
    public void write(HostTensor chunk) {
        requireOpen();
        Frames.requireChunk(chunk, format);
        for (int i = 0; i < chunk.size(0); i++) encoder.encode(Frames.frame(chunk, i), muxer::write);
    }

    /** Delivers what is left; the video is complete. */
    public void finish() {
        requireOpen();
        encoder.drain(muxer::write);
        muxer.finish();
    }

    private void requireOpen() {
        if (closed) throw new IllegalStateException("the writer is closed");
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        muxer.close();
        encoder.close();
    }
}
