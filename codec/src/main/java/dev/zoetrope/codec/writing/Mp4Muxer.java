package dev.zoetrope.codec.writing;

import static org.bytedeco.ffmpeg.avformat.AVFormatContext.AVFMT_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_flush;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;

import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.Libav;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Packets of one video track to MP4: to a file with its index first, or in fragments to wherever bytes can go. */
final class Mp4Muxer implements AutoCloseable {
    private final AVFormatContext context;
    private final AVStream stream;
    private final FrameRate rate;
    private final AVRational timeBase;
    private final Runnable closeOutput;

    /** Sets the track's codec parameters, in time for the header. */
    interface TrackForm {
        int copyTo(AVStream stream);
    }

    /** To a file, {@code moov} first. Its bytes are whole only after {@link #finish}. */
    static Mp4Muxer toFile(Path file, TrackForm form, FrameRate rate, VideoMetadata metadata) {
        AVFormatContext context = allocate("file:" + file.toAbsolutePath());
        AVIOContext io = new AVIOContext(null);
        try {
            Libav.check(avio_open(io, context.url(), AVIO_FLAG_WRITE), "writing " + file);
        } catch (RuntimeException e) {
            avformat_free_context(context);
            throw e;
        }
        context.pb(io);
        return new Mp4Muxer(context, form, rate, metadata, Map.of("movflags", "+faststart"), () -> avio_closep(io));
    }

    /** In fragments, so that bytes can be played before the last frame is there. */
    static Mp4Muxer toFragments(
            NativeOutput output, TrackForm form, FrameRate rate, VideoMetadata metadata, String movFlags) {
        AVFormatContext context = allocate("");
        context.pb(output.context());
        // Without the bit rate, segments made apart have one and the same header.
        Map<String, String> options = Map.of("movflags", movFlags, "write_btrt", "0");
        return new Mp4Muxer(context, form, rate, metadata, options, () -> {});
    }

    private Mp4Muxer(
            AVFormatContext context,
            TrackForm form,
            FrameRate rate,
            VideoMetadata metadata,
            Map<String, String> options,
            Runnable closeOutput) {
        this.context = context;
        this.closeOutput = closeOutput;
        this.rate = rate;
        this.timeBase = Libav.frameClock(rate);
        try {
            // No library versions, no dates: the same frames give the same file.
            context.flags(context.flags() | AVFMT_FLAG_BITEXACT);
            this.stream = Libav.allocated(avformat_new_stream(context, null), "a track");
            Libav.check(form.copyTo(stream), "describing the track");
            stream.codecpar().codec_tag(0);
            describeTiming(rate);
            addTags(metadata);
            writeHeader(options);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void describeTiming(FrameRate rate) {
        stream.time_base(timeBase);
        try (AVRational frameRate = Libav.perSecond(rate)) {
            stream.avg_frame_rate(frameRate);
        }
    }

    /** @param packet times in frames; taken over, and empty afterwards */
    void write(AVPacket packet) {
        av_packet_rescale_ts(packet, timeBase, stream.time_base());
        packet.stream_index(0);
        Libav.check(av_interleaved_write_frame(context, packet), "writing a frame");
    }

    /** Ends the fragment that is being written. */
    void flush() {
        Libav.check(av_write_frame(context, null), "completing a fragment");
    }

    /** Hands on what was written but not yet given to the output. */
    void flushBytes() {
        avio_flush(context.pb());
    }

    /** In the clock of the file. */
    long ticksPerFrame() {
        AVRational clock = stream.time_base();
        return (long) clock.den() * rate.denominator() / ((long) clock.num() * rate.numerator());
    }

    void finish() {
        Libav.check(av_write_trailer(context), "completing the video");
    }

    private void addTags(VideoMetadata metadata) {
        AVDictionary tags = new AVDictionary(null);
        if (metadata.title() != null) Libav.put(tags, "title", metadata.title());
        if (metadata.provenance() != null) {
            Libav.put(tags, "comment", metadata.provenance().comment());
        }
        context.metadata(tags);
    }

    private void writeHeader(Map<String, String> options) {
        AVDictionary dictionary = new AVDictionary(null);
        try {
            options.forEach((key, value) -> Libav.put(dictionary, key, value));
            Libav.check(avformat_write_header(context, dictionary), "writing the video's header");
        } finally {
            av_dict_free(dictionary);
        }
    }

    private static AVFormatContext allocate(String url) {
        Libav.load();
        AVFormatContext context = new AVFormatContext(null);
        try (BytePointer form = new BytePointer("mp4", StandardCharsets.UTF_8);
                BytePointer target = new BytePointer(url, StandardCharsets.UTF_8)) {
            Libav.check(avformat_alloc_output_context2(context, null, form, target), "preparing an MP4");
        }
        return context;
    }

    @Override
    public void close() {
        closeOutput.run();
        context.pb(new AVIOContext((Pointer) null));
        avformat_free_context(context);
        timeBase.close();
    }
}
