package dev.zoetrope.codec;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_display_rotation_get;

import dev.zoetrope.codec.MediaRefusedException.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** A media file opened for reading: its container parsed, its video track found. */
final class MediaSource implements AutoCloseable {
    private static final int NO_MEMORY = -12;
    private static final int ENVELOPE_STREAMS = 32;

    private final AVFormatContext context;
    private final AVStream videoStream;
    private final Policy policy;

    /**
     * What may be opened.
     *
     * @param containers libav demuxer names, comma separated; null for any
     * @param codecs libav decoder names, comma separated; null for any
     */
    record Policy(@Nullable String containers, @Nullable String codecs, long maxPixels) {
        /** For files that this module wrote. */
        static final Policy OWN = new Policy("mov", "h264,av1,libaom-av1", 64L << 20);
    }

    static MediaSource open(Path file, Policy policy) {
        if (!Files.isRegularFile(file)) {
            throw new CodecFailedException("expected a media file, but there is none at " + file);
        }
        Libav.load();
        AVFormatContext context = openContainer(file, policy);
        try {
            return new MediaSource(context, policy);
        } catch (RuntimeException e) {
            avformat_close_input(context);
            throw e;
        }
    }

    private MediaSource(AVFormatContext context, Policy policy) {
        this.context = context;
        this.policy = policy;
        examine();
        int index = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
        if (index < 0) throw new MediaRefusedException(Reason.NO_FRAMES, "the file has no video track");
        this.videoStream = context.streams(index);
        requireSize(videoStream.codecpar().width(), videoStream.codecpar().height());
    }

    AVFormatContext context() {
        return context;
    }

    AVStream videoStream() {
        return videoStream;
    }

    Policy policy() {
        return policy;
    }

    String container() {
        return text(context.iformat().name());
    }

    String codec() {
        return codecName(videoStream.codecpar().codec_id());
    }

    int width() {
        return videoStream.codecpar().width();
    }

    int height() {
        return videoStream.codecpar().height();
    }

    /** Pictures per second on average; 0 if the file does not say. */
    double averageRate() {
        AVRational rate = videoStream.avg_frame_rate();
        return rate.num() > 0 && rate.den() > 0 ? (double) rate.num() / rate.den() : 0;
    }

    double secondsPerTick() {
        AVRational timeBase = videoStream.time_base();
        return timeBase.den() > 0 ? (double) timeBase.num() / timeBase.den() : 0;
    }

    /** As the file's header claims; 0 if it does not. */
    double claimedSeconds() {
        if (videoStream.duration() != AV_NOPTS_VALUE && videoStream.duration() > 0) {
            return videoStream.duration() * secondsPerTick();
        }
        return context.duration() == AV_NOPTS_VALUE ? 0 : Math.max(0, context.duration() / 1e6);
    }

    /** How far the picture must be turned clockwise to stand upright: 0, 90, 180 or 270. Other angles count as 0. */
    int rotation() {
        AVPacketSideData data = av_packet_side_data_get(
                videoStream.codecpar().coded_side_data(),
                videoStream.codecpar().nb_coded_side_data(),
                AV_PKT_DATA_DISPLAYMATRIX);
        if (data == null || data.isNull() || data.size() < 36) return 0;
        double anticlockwise = av_display_rotation_get(new IntPointer(data.data()));
        if (Double.isNaN(anticlockwise)) return 0;
        int clockwise = Math.floorMod(Math.round(-anticlockwise), 360);
        return clockwise % 90 == 0 ? clockwise : 0;
    }

    private void examine() {
        int streams = context.nb_streams();
        if (streams > ENVELOPE_STREAMS) {
            throw new MediaRefusedException(
                    Reason.UNSUPPORTED, "expected at most " + ENVELOPE_STREAMS + " tracks, but there are " + streams);
        }
        // Looking at a track may decode pictures: the limit must hold there too.
        AVDictionary[] options = new AVDictionary[streams];
        try (PointerPointer<AVDictionary> array = new PointerPointer<>(Math.max(1, streams))) {
            for (int i = 0; i < streams; i++) {
                options[i] = new AVDictionary(null);
                Libav.put(options[i], "max_pixels", Long.toString(policy.maxPixels));
                array.put(i, options[i]);
            }
            int code = avformat_find_stream_info(context, array);
            for (int i = 0; i < streams; i++) {
                Pointer left = array.get(i);
                if (left != null) av_dict_free(new AVDictionary(left));
            }
            if (code < 0) throw refused(code, "looking at the tracks", policy);
        }
    }

    private void requireSize(int width, int height) {
        if (width < 1 || height < 1) {
            throw new MediaRefusedException(Reason.DAMAGED, "the file does not say how large its pictures are");
        }
        if ((long) width * height > policy.maxPixels) {
            throw new MediaRefusedException(
                    Reason.TOO_LARGE,
                    "expected at most " + policy.maxPixels + " pixels a frame, but the file has " + width + "x"
                            + height);
        }
    }

    private static AVFormatContext openContainer(Path file, Policy policy) {
        AVFormatContext context = new AVFormatContext(null);
        AVDictionary options = new AVDictionary(null);
        try (BytePointer url = new BytePointer("file:" + file.toAbsolutePath(), StandardCharsets.UTF_8)) {
            // Playlists and references to other files would be a way to read what the sender may not.
            Libav.put(options, "protocol_whitelist", "file");
            Libav.put(options, "max_streams", Integer.toString(ENVELOPE_STREAMS));
            if (policy.containers != null) Libav.put(options, "format_whitelist", policy.containers);
            if (policy.codecs != null) Libav.put(options, "codec_whitelist", policy.codecs);
            int code = avformat_open_input(context, url, null, options);
            if (code < 0) throw refused(code, "opening the file", policy);
            return context;
        } finally {
            av_dict_free(options);
        }
    }

    MediaRefusedException refused(int code, String doing) {
        return refused(code, doing, policy);
    }

    static MediaRefusedException refused(int code, String doing, Policy policy) {
        String why = doing + " failed: " + Libav.describe(code);
        if (code == NO_MEMORY) return new MediaRefusedException(Reason.TOO_LARGE, why);
        if (doing.startsWith("opening")) {
            return new MediaRefusedException(
                    Reason.UNSUPPORTED,
                    why + "; expected a container of " + policy.containers + " with a codec of " + policy.codecs);
        }
        return new MediaRefusedException(Reason.DAMAGED, why);
    }

    static String codecName(int codecId) {
        return text(avcodec_get_name(codecId));
    }

    private static String text(BytePointer chars) {
        return chars.getString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        avformat_close_input(context);
    }
}
