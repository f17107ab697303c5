package dev.zoetrope.codec.writing;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_LEFT;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.PixelConverter;
import dev.zoetrope.codec.VideoFormat;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/**
 * RGB frames to compressed packets, one after the other. One thread: the same frames give the same packets on every machine,
 * and as many encoders run beside each other as there are cores.
 */
final class FrameEncoder implements AutoCloseable {
    private static final int MIN_SIDE = 16;
    private static final int MIN_SIDE_AV1 = 64;
    /** Level 5.2 of H.264, and libopenh264's own limit. */
    private static final long MAX_PIXELS = 36_864L * 256;

    private final VideoFormat format;
    private final AVCodecContext context;
    private final AVFrame rgb;
    private final AVFrame yuv;
    private final AVPacket packet;
    private final PixelConverter converter;
    private long frames;

    /** Takes each packet as it comes, in units of frames; the packet is the encoder's and lives for the call only. */
    interface PacketSink {
        void accept(AVPacket packet);
    }

    FrameEncoder(VideoFormat format, EncoderSettings settings) {
        requireEncodable(format, settings.codec());
        Libav.load();
        this.format = format;
        this.context = open(format, settings);
        this.rgb = Frames.allocate(format.width(), format.height(), AV_PIX_FMT_RGB24);
        this.yuv = Frames.allocate(format.width(), format.height(), AV_PIX_FMT_YUV420P);
        this.packet = Libav.allocated(av_packet_alloc(), "a packet");
        this.converter = new PixelConverter(
                new PixelConverter.Side(format.width(), format.height(), AV_PIX_FMT_RGB24, SWS_CS_ITU709, true),
                new PixelConverter.Side(format.width(), format.height(), AV_PIX_FMT_YUV420P, SWS_CS_ITU709, false));
        tagAsBt709(yuv);
    }

    /** libopenh264 crops an odd row or column in silence, and others fail late. */
    static void requireEncodable(VideoFormat format, VideoCodec codec) {
        int width = format.width();
        int height = format.height();
        if (width % 2 != 0 || height % 2 != 0) {
            throw new IllegalArgumentException(
                    "a video has an even width and height, but " + width + "x" + height + " came");
        }
        int least = codec == VideoCodec.AV1 ? MIN_SIDE_AV1 : MIN_SIDE;
        if (width < least || height < least || (long) width * height > MAX_PIXELS) {
            throw new IllegalArgumentException(codec + " takes sides from " + least + " pixels and at most "
                    + MAX_PIXELS + " pixels a frame, but " + width + "x" + height + " came");
        }
    }

    AVCodecContext context() {
        return context;
    }

    /** @param pixels one frame, {@code H × W × 3} bytes from the buffer's position on */
    void encode(ByteBuffer pixels, PacketSink sink) {
        Frames.fillPacked(rgb, pixels, Frames.CHANNELS);
        Libav.check(av_frame_make_writable(yuv), "preparing a frame");
        converter.convert(rgb, yuv);
        yuv.pts(frames++);
        send(yuv, sink);
    }

    /** Gives out what the encoder still holds; nothing can be encoded afterwards. */
    void drain(PacketSink sink) {
        send(null, sink);
    }

    private void send(@Nullable AVFrame frame, PacketSink sink) {
        Libav.check(avcodec_send_frame(context, frame), "encoding frame " + (frames - 1));
        while (true) {
            int code = avcodec_receive_packet(context, packet);
            if (code == Libav.AGAIN || code == Libav.END) return;
            Libav.check(code, "encoding near frame " + (frames - 1));
            packet.duration(1);
            try {
                sink.accept(packet);
            } finally {
                av_packet_unref(packet);
            }
        }
    }

    private static AVCodecContext open(VideoFormat format, EncoderSettings settings) {
        String name = settings.codec() == VideoCodec.AV1 ? "libsvtav1" : "libopenh264";
        AVCodec codec = avcodec_find_encoder_by_name(name);
        if (codec == null) throw new CodecFailedException("this build of libav has no encoder " + name);
        AVCodecContext context = Libav.allocated(avcodec_alloc_context3(codec), "an encoder");
        AVDictionary options = new AVDictionary(null);
        try {
            configure(context, format, settings);
            addOptions(options, settings);
            Libav.check(avcodec_open2(context, codec, options), "opening " + name + " for " + format);
            return context;
        } catch (RuntimeException e) {
            avcodec_free_context(context);
            throw e;
        } finally {
            av_dict_free(options);
        }
    }

    private static void configure(AVCodecContext context, VideoFormat format, EncoderSettings settings) {
        FrameRate rate = format.rate();
        context.width(format.width()).height(format.height()).pix_fmt(AV_PIX_FMT_YUV420P);
        try (AVRational timeBase = Libav.frameClock(rate);
                AVRational frameRate = Libav.perSecond(rate)) {
            context.time_base(timeBase);
            context.framerate(frameRate);
        }
        context.gop_size(settings.keyframeInterval(rate)).max_b_frames(0).thread_count(1);
        context.flags(context.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
        context.color_primaries(AVCOL_PRI_BT709).color_trc(AVCOL_TRC_BT709).colorspace(AVCOL_SPC_BT709);
        context.color_range(AVCOL_RANGE_MPEG).chroma_sample_location(AVCHROMA_LOC_LEFT);
        if (settings.codec() == VideoCodec.H264) context.bit_rate(settings.bitRate(format));
    }

    private static void addOptions(AVDictionary options, EncoderSettings settings) {
        switch (settings.codec()) {
            case H264 -> {
                Libav.put(options, "profile", "high");
                Libav.put(options, "coder", "cabac");
                Libav.put(options, "allow_skip_frames", "0");
            }
            case AV1 -> {
                Libav.put(options, "preset", Integer.toString(settings.preset()));
                Libav.put(options, "crf", Integer.toString(settings.constantRateFactor()));
                // Low delay: no picture waits for later ones, so packets come in the order of the frames. lp=1: one
                // thread.
                Libav.put(options, "svtav1-params", "lp=1:pred-struct=1");
            }
        }
    }

    private static void tagAsBt709(AVFrame frame) {
        frame.color_primaries(AVCOL_PRI_BT709).color_trc(AVCOL_TRC_BT709).colorspace(AVCOL_SPC_BT709);
        frame.color_range(AVCOL_RANGE_MPEG).chroma_location(AVCHROMA_LOC_LEFT);
    }

    VideoFormat format() {
        return format;
    }

    @Override
    public void close() {
        converter.close();
        av_packet_free(packet);
        av_frame_free(yuv);
        av_frame_free(rgb);
        avcodec_free_context(context);
    }
}
