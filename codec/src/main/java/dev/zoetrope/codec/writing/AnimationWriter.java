package dev.zoetrope.codec.writing;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU601;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.PixelConverter;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.tensors.HostTensor;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** Frames to an animated WebP. The encoder keeps the compressed frames until the end: meant for previews. */
public final class AnimationWriter implements AutoCloseable {
    private static final int QUALITY = 75;

    private final VideoFormat format;
    private final PendingFile pending;
    private final AVCodecContext context;
    private final AVFrame rgb;
    private final AVFrame yuv;
    private final AVPacket packet;
    private final PixelConverter converter;
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private long frames;

    public static AnimationWriter create(Path file, VideoFormat format) {
        Libav.load();
        return new AnimationWriter(PendingFile.nextTo(file), format);
    }

    private AnimationWriter(PendingFile pending, VideoFormat format) {
        this.pending = pending;
        this.format = format;
        this.context = open(format);
        this.rgb = Frames.allocate(format.width(), format.height(), AV_PIX_FMT_RGB24);
        this.yuv = Frames.allocate(format.width(), format.height(), AV_PIX_FMT_YUV420P);
        this.packet = av_packet_alloc();
        this.converter = new PixelConverter(
                new PixelConverter.Side(format.width(), format.height(), AV_PIX_FMT_RGB24, SWS_CS_ITU601, true),
                new PixelConverter.Side(format.width(), format.height(), AV_PIX_FMT_YUV420P, SWS_CS_ITU601, false));
    }

    /** @param picture {@code U8 [H, W, 3]} of the animation's size */
    public void write(HostTensor picture) {
        Frames.Picture pixels = Frames.requirePicture(picture);
        if (pixels.width() != format.width() || pixels.height() != format.height()) {
            throw new IllegalArgumentException("expected a picture of " + format + ", but " + picture + " came");
        }
        Frames.fillPacked(rgb, pixels.rgb(), Frames.CHANNELS);
        Libav.check(av_frame_make_writable(yuv), "preparing a frame");
        converter.convert(rgb, yuv);
        yuv.pts(frames++);
        send(yuv);
    }

    public void finish() {
        if (frames == 0) throw new IllegalStateException("expected at least one frame, but none was written");
        send(null);
        ImageWriter.publish(pending, file.toByteArray());
    }

    private void send(@Nullable AVFrame frame) {
        Libav.check(avcodec_send_frame(context, frame), "encoding a preview");
        while (true) {
            int code = avcodec_receive_packet(context, packet);
            if (code == Libav.AGAIN || code == Libav.END) return;
            Libav.check(code, "encoding a preview");
            byte[] bytes = new byte[packet.size()];
            new BytePointer(packet.data()).get(bytes);
            file.writeBytes(bytes);
        }
    }

    private static AVCodecContext open(VideoFormat format) {
        AVCodec codec = avcodec_find_encoder_by_name("libwebp_anim");
        if (codec == null) throw new CodecFailedException("this build of libav has no encoder libwebp_anim");
        AVCodecContext context = Libav.allocated(avcodec_alloc_context3(codec), "an encoder");
        AVDictionary options = new AVDictionary(null);
        try (AVRational timeBase = Libav.frameClock(format.rate())) {
            context.width(format.width()).height(format.height()).pix_fmt(AV_PIX_FMT_YUV420P);
            context.time_base(timeBase);
            Libav.put(options, "quality", Integer.toString(QUALITY));
            Libav.check(avcodec_open2(context, codec, options), "opening libwebp_anim for " + format);
            return context;
        } catch (RuntimeException e) {
            avcodec_free_context(context);
            throw e;
        } finally {
            av_dict_free(options);
        }
    }

    @Override
    public void close() {
        converter.close();
        av_packet_free(packet);
        av_frame_free(yuv);
        av_frame_free(rgb);
        avcodec_free_context(context);
        pending.close();
    }
}
