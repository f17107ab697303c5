package dev.zoetrope.codec.reading;

import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_CRCCHECK;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_EXPLODE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_ENCRYPTION_INFO;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_get_side_data;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_CROP_UNALIGNED;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_apply_cropping;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;

import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;

/** The pictures of a file's video track, decoded one after the other. A damaged picture is an error, never a guess. */
public final class MediaDecoder implements AutoCloseable {
    private static final int INVALID_ARGUMENT = -22;
    private static final int[] UNCROPPED = new int[4];

    private final MediaSource source;
    private final AVStream stream;
    private final AVCodecContext context;
    private final AVPacket packet;
    private final AVFrame frame;
    private final int[] cropping;
    /** A broadcast may be cut off before its first whole picture; nothing before that can be shown. */
    private boolean started;

    private boolean drained;
    private long decoded;

    /** What pictures are decoded for. */
    public enum Purpose {
        /** To be shown. */
        SHOWING,
        /** To see whether they can be decoded: without the filters that smooth a finished picture, which find nothing wrong. */
        CHECKING
    }

    public MediaDecoder(MediaSource source) {
        this(source, Purpose.SHOWING);
    }

    /** @param source stays the caller's to close, and must outlive this */
    public MediaDecoder(MediaSource source, Purpose purpose) {
        this.source = source;
        this.stream = source.videoStream();
        this.context = open(source, purpose);
        this.cropping = source.cropping();
        this.started = !source.container().equals("mpegts");
        this.packet = Libav.allocated(av_packet_alloc(), "a packet");
        this.frame = Libav.allocated(av_frame_alloc(), "a frame");
    }

    /**
     * @return the next picture, this decoder's own and valid until the next call; null after the last
     * @throws MediaRefusedException if the file is damaged
     */
    @Nullable
    public AVFrame next() {
        av_frame_unref(frame);
        while (true) {
            int code = avcodec_receive_frame(context, frame);
            if (code == 0) return whole(frame);
            if (code == Libav.END) return null;
            if (code != Libav.AGAIN) throw MediaSource.refused(code, "decoding frame " + decoded);
            feed();
        }
    }

    /** When the picture is shown, by the file's clock; NaN if the file does not say. */
    public double seconds(AVFrame picture) {
        long ticks = picture.best_effort_timestamp();
        return ticks == AV_NOPTS_VALUE ? Double.NaN : ticks * source.secondsPerTick();
    }

    private AVFrame whole(AVFrame picture) {
        boolean corrupt = (picture.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0;
        if (corrupt || picture.decode_error_flags() != 0) {
            throw new MediaRefusedException(Reason.DAMAGED, "frame " + decoded + " is damaged");
        }
        decoded++;
        crop(picture);
        return picture;
    }

    private void crop(AVFrame picture) {
        if (Arrays.equals(cropping, UNCROPPED)) return;
        int height = picture.height() - cropping[0] - cropping[1];
        int width = picture.width() - cropping[2] - cropping[3];
        for (int side : cropping) {
            if (side < 0 || width < 1 || height < 1) {
                throw new MediaRefusedException(Reason.DAMAGED, "the file cuts off more of its pictures than there is");
            }
        }
        picture.crop_top(picture.crop_top() + cropping[0]).crop_bottom(picture.crop_bottom() + cropping[1]);
        picture.crop_left(picture.crop_left() + cropping[2]).crop_right(picture.crop_right() + cropping[3]);
        Libav.check(av_frame_apply_cropping(picture, AV_FRAME_CROP_UNALIGNED), "cropping a frame");
    }

    private void feed() {
        if (drained) throw new MediaRefusedException(Reason.DAMAGED, "the decoder wants more data than the file has");
        int code = readPacketOfTrack();
        if (code == Libav.END) {
            drained = true;
            code = avcodec_send_packet(context, null);
        } else if (code >= 0) {
            if (hasKey(packet)) throw MediaSource.encrypted();
            boolean cut = (packet.flags() & AV_PKT_FLAG_CORRUPT) != 0;
            code = cut ? 0 : avcodec_send_packet(context, packet);
            av_packet_unref(packet);
            if (cut) throw new MediaRefusedException(Reason.DAMAGED, "the data of frame " + decoded + " is cut short");
        }
        if (code < 0 && code != Libav.AGAIN) throw MediaSource.refused(code, "reading near frame " + decoded);
    }

    private static boolean hasKey(AVPacket packet) {
        BytePointer info = av_packet_get_side_data(packet, AV_PKT_DATA_ENCRYPTION_INFO, (SizeTPointer) null);
        return info != null && !info.isNull();
    }

    private int readPacketOfTrack() {
        while (true) {
            int code = av_read_frame(source.context(), packet);
            if (code < 0) return code;
            if (packet.stream_index() == stream.index()) {
                started |= (packet.flags() & AV_PKT_FLAG_KEY) != 0;
                if (started) return code;
            }
            av_packet_unref(packet);
        }
    }

    private static AVCodecContext open(MediaSource source, Purpose purpose) {
        AVStream stream = source.videoStream();
        String name = source.codec();
        AVCodec codec = decoder(source);
        if (codec == null) throw MediaSource.unsupported("the video track", name);
        AVCodecContext context = Libav.allocated(avcodec_alloc_context3(codec), "a decoder");
        AVDictionary options = new AVDictionary(null);
        try {
            Libav.check(avcodec_parameters_to_context(context, stream.codecpar()), "preparing the decoder");
            context.thread_count(1);
            context.max_pixels(source.policy().maxPixels());
            context.err_recognition(AV_EF_EXPLODE | AV_EF_CRCCHECK);
            context.pkt_timebase(stream.time_base());
            if (purpose == Purpose.CHECKING) context.skip_loop_filter(AVDISCARD_ALL);
            String codecs = source.policy().codecs();
            if (codecs != null) Libav.put(options, "codec_whitelist", codecs);
            int code = avcodec_open2(context, codec, options);
            if (code == INVALID_ARGUMENT) throw MediaSource.unsupported("the video track", name);
            if (code < 0) throw MediaSource.refused(code, "opening a decoder of " + name);
            return context;
        } catch (RuntimeException e) {
            avcodec_free_context(context);
            throw e;
        } finally {
            av_dict_free(options);
        }
    }

    /** libav's own decoders of VP8 and VP9 leave transparency out; libvpx's do not. */
    private static @Nullable AVCodec decoder(MediaSource source) {
        if (source.hasAlphaBeside()) {
            String name = source.codec().equals("vp9") ? "libvpx-vp9" : "libvpx";
            AVCodec codec = avcodec_find_decoder_by_name(name);
            if (codec != null && codec.id() == source.videoStream().codecpar().codec_id()) return codec;
        }
        return avcodec_find_decoder(source.videoStream().codecpar().codec_id());
    }

    @Override
    public void close() {
        av_frame_free(frame);
        av_packet_free(packet);
        avcodec_free_context(context);
    }
}
