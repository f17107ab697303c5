package dev.zoetrope.codec.writing;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_QSCALE;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT470BG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB32;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV444P;
import static org.bytedeco.ffmpeg.global.avutil.FF_QP2LAMBDA;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU601;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.PixelConverter;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;

/** Writes single pictures. */
public final class ImageWriter {
    private static final int GOOD = 90;

    private ImageWriter() {}

    /** PNG without loss, JPEG and WebP at quality 90. */
    public static byte[] encode(HostTensor picture, ImageFormat format) {
        return format == ImageFormat.PNG ? png(picture) : encode(picture, format, GOOD);
    }

    /**
     * A picture with loss.
     *
     * @param picture {@code U8 [H, W, 3]} or {@code U8 [1, H, W, 3]}
     * @param quality 1 (small) to 100 (good), for JPEG and WebP
     * @throws IllegalArgumentException if the picture has another shape or type, or the format cannot be written so
     */
    public static byte[] encode(HostTensor picture, ImageFormat format, int quality) {
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("quality is 1 to 100, but " + quality + " came");
        }
        return switch (format) {
            case JPEG -> encode(picture, Form.jpeg(quality));
            case WEBP -> encode(picture, Form.webp(quality));
            default ->
                throw new IllegalArgumentException("expected JPEG or WEBP with a quality, but " + format + " came");
        };
    }

    /** Without loss, {@code U8 [H, W, 3]}. */
    public static byte[] png(HostTensor picture) {
        return encode(picture, Form.PNG);
    }

    /** Without loss, with the model and the job that made the picture in XMP, as {@link VideoMetadata#madeByAi} does it. */
    public static byte[] png(HostTensor picture, Provenance provenance) {
        return PngChunks.withXmp(png(picture), provenance.xmp());
    }

    /** WebP without loss, {@code U8 [H, W, 3]}; smaller than PNG. */
    public static byte[] losslessWebp(HostTensor picture) {
        return encode(picture, Form.LOSSLESS_WEBP);
    }

    /** Writes a PNG, for looking at a frame. The file appears whole under its name. */
    public static void writePng(HostTensor picture, Path file) {
        publish(png(picture), file);
    }

    static void publish(byte[] bytes, Path file) {
        try (PendingFile pending = PendingFile.nextTo(file)) {
            publish(pending, bytes);
        }
    }

    static void publish(PendingFile pending, byte[] bytes) {
        try {
            Files.write(pending.path(), bytes);
        } catch (IOException e) {
            throw new CodecFailedException("cannot write " + pending.path(), e);
        }
        pending.publish();
    }

    /** @param scale libav's {@code -q}; 0 for encoders that have none */
    private record Form(
            String encoder,
            int pixelFormat,
            boolean fullRange,
            int colourSpace,
            int scale,
            Map<String, String> options) {
        static final Form PNG = new Form("png", AV_PIX_FMT_RGB24, true, AVCOL_SPC_RGB, 0, Map.of("pred", "mixed"));
        static final Form LOSSLESS_WEBP =
                new Form("libwebp", AV_PIX_FMT_RGB32, true, AVCOL_SPC_RGB, 0, Map.of("lossless", "1", "quality", "75"));

        static Form webp(int quality) {
            return new Form(
                    "libwebp",
                    AV_PIX_FMT_YUV420P,
                    false,
                    AVCOL_SPC_BT470BG,
                    0,
                    Map.of("quality", Integer.toString(quality)));
        }

        static Form jpeg(int quality) {
            // libav counts quantizer steps, 1 (best) to 31.
            int scale = (int) Math.max(1, Math.round((100 - quality) * 30 / 99.0 * 0.6 + 1));
            int pixelFormat = quality >= GOOD ? AV_PIX_FMT_YUV444P : AV_PIX_FMT_YUV420P;
            return new Form("mjpeg", pixelFormat, true, AVCOL_SPC_BT470BG, scale, Map.of("huffman", "optimal"));
        }
    }

    private static byte[] encode(HostTensor tensor, Form form) {
        Frames.Picture picture = Frames.requirePicture(tensor);
        Libav.load();
        AVFrame rgb = Frames.allocate(picture.width(), picture.height(), AV_PIX_FMT_RGB24);
        try {
            Frames.fillPacked(rgb, picture.rgb(), Frames.CHANNELS);
            if (form.pixelFormat == AV_PIX_FMT_RGB24) return compress(rgb, form);
            return compressConverted(rgb, form);
        } finally {
            av_frame_free(rgb);
        }
    }

    private static byte[] compressConverted(AVFrame rgb, Form form) {
        AVFrame converted = Frames.allocate(rgb.width(), rgb.height(), form.pixelFormat);
        try (PixelConverter converter = new PixelConverter(
                new PixelConverter.Side(rgb.width(), rgb.height(), AV_PIX_FMT_RGB24, SWS_CS_ITU601, true),
                new PixelConverter.Side(rgb.width(), rgb.height(), form.pixelFormat, SWS_CS_ITU601, form.fullRange))) {
            converter.convert(rgb, converted);
            return compress(converted, form);
        } finally {
            av_frame_free(converted);
        }
    }

    private static byte[] compress(AVFrame picture, Form form) {
        AVCodecContext context = open(picture, form);
        AVPacket packet = av_packet_alloc();
        try {
            picture.pts(0);
            picture.quality(form.scale * FF_QP2LAMBDA);
            Libav.check(avcodec_send_frame(context, picture), "encoding a picture");
            Libav.check(avcodec_send_frame(context, null), "encoding a picture");
            Libav.check(avcodec_receive_packet(context, packet), "encoding a picture");
            byte[] bytes = new byte[packet.size()];
            new BytePointer(packet.data()).get(bytes);
            return bytes;
        } finally {
            av_packet_free(packet);
            avcodec_free_context(context);
        }
    }

    private static AVCodecContext open(AVFrame picture, Form form) {
        AVCodec codec = avcodec_find_encoder_by_name(form.encoder);
        if (codec == null) throw new CodecFailedException("this build of libav has no encoder " + form.encoder);
        AVCodecContext context = Libav.allocated(avcodec_alloc_context3(codec), "an encoder");
        AVDictionary options = new AVDictionary(null);
        try (AVRational second = Libav.frameClock(FrameRate.of(1))) {
            context.width(picture.width()).height(picture.height()).pix_fmt(form.pixelFormat);
            context.time_base(second);
            context.thread_count(1);
            context.color_range(form.fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG);
            context.colorspace(form.colourSpace);
            if (form.scale > 0) {
                context.flags(context.flags() | AV_CODEC_FLAG_QSCALE);
                context.global_quality(form.scale * FF_QP2LAMBDA);
                context.qmin(1).qmax(31);
            }
            form.options.forEach((key, value) -> Libav.put(options, key, value));
            Libav.check(avcodec_open2(context, codec, options), "opening " + form.encoder);
            return context;
        } catch (RuntimeException e) {
            avcodec_free_context(context);
            throw e;
        } finally {
            av_dict_free(options);
        }
    }
}
