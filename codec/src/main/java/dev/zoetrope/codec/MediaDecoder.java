package dev.zoetrope.codec;

import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_CRCCHECK;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_EXPLODE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;

import dev.zoetrope.codec.MediaRefusedException.Reason;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/** The pictures of a file's video track, decoded one after the other. A damaged picture is an error, never a guess. */
final class MediaDecoder implements AutoCloseable {
    private final MediaSource source;
    private final AVStream stream;
    private final AVCodecContext context;
    private final AVPacket packet;
    private final AVFrame frame;
    private boolean drained;
    private long decoded;

    /** @param source stays the caller's to close, and must outlive this */
    MediaDecoder(MediaSource source) {
        this.source = source;
        this.stream = source.videoStream();
        this.context = open(stream, source.policy());
        this.packet = Libav.allocated(av_packet_alloc(), "a packet");
        this.frame = Libav.allocated(av_frame_alloc(), "a frame");
    }

    /**
     * @return the next picture, this decoder's own and valid until the next call; null after the last
     * @throws MediaRefusedException if the file is damaged
     */
    @Nullable
    AVFrame next() {
        av_frame_unref(frame);
        while (true) {
            int code = avcodec_receive_frame(context, frame);
            if (code == 0) return whole(frame);
            if (code == Libav.END) return null;
            if (code != Libav.AGAIN) throw source.refused(code, "decoding frame " + decoded);
            feed();
        }
    }

    /** When the picture is shown, by the file's clock; NaN if the file does not say. */
    double seconds(AVFrame picture) {
        long ticks = picture.best_effort_timestamp();
        return ticks == AV_NOPTS_VALUE ? Double.NaN : ticks * source.secondsPerTick();
    }

    private AVFrame whole(AVFrame picture) {
        boolean corrupt = (picture.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0;
        if (corrupt || picture.decode_error_flags() != 0) {
            throw new MediaRefusedException(Reason.DAMAGED, "frame " + decoded + " is damaged");
        }
        decoded++;
        return picture;
    }

    private void feed() {
        if (drained) throw new MediaRefusedException(Reason.DAMAGED, "the decoder wants more data than the file has");
        int code = readPacketOfTrack();
        if (code == Libav.END) {
            drained = true;
            code = avcodec_send_packet(context, null);
        } else if (code >= 0) {
            boolean cut = (packet.flags() & AV_PKT_FLAG_CORRUPT) != 0;
            code = cut ? 0 : avcodec_send_packet(context, packet);
            av_packet_unref(packet);
            if (cut) throw new MediaRefusedException(Reason.DAMAGED, "the data of frame " + decoded + " is cut short");
        }
        if (code < 0 && code != Libav.AGAIN) throw source.refused(code, "reading near frame " + decoded);
    }

    private int readPacketOfTrack() {
        while (true) {
            int code = av_read_frame(source.context(), packet);
            if (code < 0 || packet.stream_index() == stream.index()) return code;
            av_packet_unref(packet);
        }
    }

    private static AVCodecContext open(AVStream stream, MediaSource.Policy policy) {
        int codecId = stream.codecpar().codec_id();
        AVCodec codec = avcodec_find_decoder(codecId);
        if (codec == null) {
            throw new MediaRefusedException(
                    Reason.UNSUPPORTED, "there is no decoder for its codec, " + MediaSource.codecName(codecId));
        }
        AVCodecContext context = Libav.allocated(avcodec_alloc_context3(codec), "a decoder");
        AVDictionary options = new AVDictionary(null);
        try {
            Libav.check(avcodec_parameters_to_context(context, stream.codecpar()), "preparing the decoder");
            context.thread_count(1);
            context.max_pixels(policy.maxPixels());
            context.err_recognition(AV_EF_EXPLODE | AV_EF_CRCCHECK);
            context.pkt_timebase(stream.time_base());
            if (policy.codecs() != null) Libav.put(options, "codec_whitelist", policy.codecs());
            int code = avcodec_open2(context, codec, options);
            if (code < 0)
                throw MediaSource.refused(code, "opening a decoder of " + MediaSource.codecName(codecId), policy);
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
        av_frame_free(frame);
        av_packet_free(packet);
        avcodec_free_context(context);
    }
}
