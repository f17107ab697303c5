package dev.zoetrope.codec.reading;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_FRAME_CROPPING;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.AVPROBE_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_sample_aspect_ratio;
import static org.bytedeco.ffmpeg.global.avformat.av_probe_input_format3;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_get;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.Orientation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVProbeData;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** A media file opened for reading: its container parsed, its video track found. */
public final class MediaSource implements AutoCloseable {
    private static final int ENVELOPE_STREAMS = 32;
    private static final int GUESSED_BYTES = 1 << 15;
    /** Of 100; text files are nearly anything at less. */
    private static final int LEAST_SCORE = 25;

    private static final int MATRIX_BYTES = 36;
    private static final int CROPPING_BYTES = 16;

    private final AVFormatContext context;
    private final AVStream videoStream;
    private final Policy policy;

    /**
     * What may be opened.
     *
     * @param containers libav demuxer names, comma separated; null for any
     * @param codecs libav decoder names, comma separated; null for any
     */
    public record Policy(
            @Nullable String containers, @Nullable String codecs, long maxPixels) {
        /** For files that this module wrote. */
        public static final Policy OWN = new Policy("mov", "h264,av1,libaom-av1", 64L << 20);
    }

    public static MediaSource open(Path file, Policy policy) {
        if (!Files.isRegularFile(file)) {
            throw new CodecFailedException("expected a media file, but there is none at " + file);
        }
        Libav.load();
        AVFormatContext context = openContainer(file, policy, ENVELOPE_STREAMS);
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
        requirePictures();
        requireSize(videoStream.codecpar().width(), videoStream.codecpar().height());
    }

    public AVFormatContext context() {
        return context;
    }

    public AVStream videoStream() {
        return videoStream;
    }

    Policy policy() {
        return policy;
    }

    public String container() {
        return text(context.iformat().name());
    }

    public String codec() {
        return codecName(videoStream.codecpar().codec_id());
    }

    public int width() {
        return videoStream.codecpar().width();
    }

    public int height() {
        return videoStream.codecpar().height();
    }

    /** Pictures per second on average; 0 if the file does not say. */
    public double averageRate() {
        AVRational rate = videoStream.avg_frame_rate();
        return rate.num() > 0 && rate.den() > 0 ? (double) rate.num() / rate.den() : 0;
    }

    public double secondsPerTick() {
        AVRational timeBase = videoStream.time_base();
        return timeBase.den() > 0 ? (double) timeBase.num() / timeBase.den() : 0;
    }

    /** As the file's header claims; 0 if it does not. */
    public double claimedSeconds() {
        if (videoStream.duration() != AV_NOPTS_VALUE && videoStream.duration() > 0) {
            return videoStream.duration() * secondsPerTick();
        }
        return context.duration() == AV_NOPTS_VALUE ? 0 : Math.max(0, context.duration() / 1e6);
    }

    /** How the container says that pictures stand upright. */
    Orientation orientation() {
        AVPacketSideData data = sideData(AV_PKT_DATA_DISPLAYMATRIX, MATRIX_BYTES);
        if (data == null) return Orientation.UPRIGHT;
        int[] matrix = new int[9];
        new IntPointer(data.data()).get(matrix);
        return Orientation.ofMatrix(matrix);
    }

    /** Pixels that the container cuts off at the top, the bottom, the left and the right. */
    int[] cropping() {
        int[] sides = new int[4];
        AVPacketSideData data = sideData(AV_PKT_DATA_FRAME_CROPPING, CROPPING_BYTES);
        if (data != null) new IntPointer(data.data()).get(sides);
        return sides;
    }

    /** Width of a pixel over its height, the container's word before the codec's; absurd values count as square. */
    public double pixelAspect(AVFrame picture) {
        AVRational aspect = av_guess_sample_aspect_ratio(context, videoStream, picture);
        if (aspect.num() <= 0 || aspect.den() <= 0) return 1;
        double ratio = (double) aspect.num() / aspect.den();
        return ratio >= 0.1 && ratio <= 10 ? ratio : 1;
    }

    /** Whether VP8 or VP9 pictures have a second one beside them that says where they are transparent. */
    boolean hasAlphaBeside() {
        AVDictionaryEntry entry = tag("alpha_mode");
        return entry != null && entry.value().getString().equals("1");
    }

    private @Nullable AVPacketSideData sideData(int type, int bytes) {
        AVPacketSideData data = av_packet_side_data_get(
                videoStream.codecpar().coded_side_data(), videoStream.codecpar().nb_coded_side_data(), type);
        return data == null || data.isNull() || data.size() < bytes ? null : data;
    }

    private @Nullable AVDictionaryEntry tag(String name) {
        try (BytePointer key = new BytePointer(name, StandardCharsets.UTF_8)) {
            AVDictionaryEntry entry = av_dict_get(videoStream.metadata(), key, null, 0);
            return entry == null || entry.isNull() ? null : entry;
        }
    }

    private void requirePictures() {
        if ((videoStream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0) {
            throw new MediaRefusedException(
                    Reason.NO_FRAMES, "the file has no video track, only sound with a cover picture");
        }
        if (tag("enc_key_id") != null) throw encrypted();
    }

    static MediaRefusedException encrypted() {
        return new MediaRefusedException(
                Reason.UNSUPPORTED, "the video is encrypted (DRM); expected one that plays without a key");
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
            if (code < 0) throw refused(code, "looking at the tracks");
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

    /** To be closed. */
    public static AVFormatContext openContainer(Path file, Policy policy, int mostStreams) {
        AVFormatContext context = new AVFormatContext(null);
        AVDictionary options = new AVDictionary(null);
        try (BytePointer url = new BytePointer("file:" + file.toAbsolutePath(), StandardCharsets.UTF_8)) {
            // Playlists and references to other files would be a way to read what the sender may not.
            Libav.put(options, "protocol_whitelist", "file");
            Libav.put(options, "max_streams", Integer.toString(mostStreams));
            if (policy.containers != null) Libav.put(options, "format_whitelist", policy.containers);
            if (policy.codecs != null) Libav.put(options, "codec_whitelist", policy.codecs);
            int code = avformat_open_input(context, url, null, options);
            if (code == Libav.NO_MEMORY) throw refused(code, "opening the file");
            if (code < 0) throw unopened(file, code, policy);
            return context;
        } finally {
            av_dict_free(options);
        }
    }

    /** Says what the file is by libav's guess, which looks at all that libav knows. */
    private static MediaRefusedException unopened(Path file, int code, Policy policy) {
        String format = guess(file);
        boolean known = format != null
                && Arrays.stream(format.split(","))
                        .anyMatch(Set.of(String.valueOf(policy.containers).split(","))::contains);
        if (known && looksEncrypted(file)) return encrypted();
        if (known) return refused(code, "reading the header of the " + format + " file");
        return unsupported("the file", format == null ? "none that is known" : format);
    }

    /** Whether the head has the sample entry of an encrypted track; its index may be one that libav cannot read. */
    private static boolean looksEncrypted(Path file) {
        return new String(head(file), StandardCharsets.ISO_8859_1).contains("encv");
    }

    private static byte[] head(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(GUESSED_BYTES);
        } catch (IOException e) {
            throw new CodecFailedException("cannot read " + file, e);
        }
    }

    private static @Nullable String guess(Path file) {
        byte[] head = head(file);
        if (head.length == 0) return "an empty file";
        int[] score = new int[1];
        try (BytePointer bytes = new BytePointer(head.length + (long) AVPROBE_PADDING_SIZE);
                BytePointer noName = new BytePointer("", StandardCharsets.UTF_8);
                AVProbeData data = new AVProbeData()) {
            bytes.zero();
            bytes.put(head, 0, head.length);
            data.filename(noName).buf(bytes).buf_size(head.length).mime_type(null);
            AVInputFormat format = av_probe_input_format3(data, 1, score);
            boolean sure = format != null && !format.isNull() && score[0] > LEAST_SCORE;
            return sure ? text(format.name()) : null;
        }
    }

    /** @param what is of a kind that is not read: the file, or its video track */
    static MediaRefusedException unsupported(String what, String came) {
        return new MediaRefusedException(
                Reason.UNSUPPORTED,
                what
                        + ": expected MP4, MOV, WebM, Matroska, AVI, MPEG-TS, GIF or APNG with H.264, HEVC, VP8, VP9,"
                        + " AV1, MPEG-4, MPEG-2, H.263, MJPEG, ProRes or QuickTime Animation, came " + came
                        + "; convert it, for instance: ffmpeg -i <file> video.mp4");
    }

    public static MediaRefusedException refused(int code, String doing) {
        String why = doing + " failed: " + Libav.describe(code);
        return new MediaRefusedException(code == Libav.NO_MEMORY ? Reason.TOO_LARGE : Reason.DAMAGED, why);
    }

    public static String codecName(int codecId) {
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
