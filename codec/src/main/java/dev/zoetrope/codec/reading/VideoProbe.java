package dev.zoetrope.codec.reading;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_BT709;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVRational;

/** Looks at videos that this module wrote. For what others send, see {@code UntrustedMediaReader}. */
public final class VideoProbe {
    private VideoProbe() {}

    /**
     * Reads every packet, so that the frame count is what is there and not what the header claims.
     *
     * @throws MediaRefusedException if the file is no MP4 of ours
     * @throws CodecFailedException if it cannot be read
     */
    public static VideoInfo probe(Path file) {
        try (MediaSource source = MediaSource.open(file, MediaSource.Policy.OWN)) {
            AVCodecParameters track = source.videoStream().codecpar();
            return new VideoInfo(
                    source.codec(),
                    source.width(),
                    source.height(),
                    source.orientation().clockwise(),
                    countFrames(source),
                    rate(source),
                    source.claimedSeconds(),
                    Mp4Boxes.moovFirst(file),
                    isBt709(track));
        }
    }

    /** The XMP packet of a video, which says how it was made, if it has one. */
    public static Optional<String> xmp(Path file) {
        return Mp4Boxes.xmp(file);
    }

    public static FrameRate rate(MediaSource source) {
        AVRational rate = source.videoStream().avg_frame_rate();
        if (rate.num() <= 0 || rate.den() <= 0) {
            throw new MediaRefusedException(Reason.DAMAGED, "the file does not say how many frames a second it has");
        }
        return new FrameRate(rate.num(), rate.den());
    }

    private static boolean isBt709(AVCodecParameters track) {
        return track.color_space() == AVCOL_SPC_BT709
                && track.color_primaries() == AVCOL_PRI_BT709
                && track.color_trc() == AVCOL_TRC_BT709
                && track.color_range() == AVCOL_RANGE_MPEG;
    }

    private static long countFrames(MediaSource source) {
        AVPacket packet = Libav.allocated(av_packet_alloc(), "a packet");
        try {
            long frames = 0;
            int code;
            while ((code = av_read_frame(source.context(), packet)) >= 0) {
                if (packet.stream_index() == source.videoStream().index()) frames++;
                av_packet_unref(packet);
            }
            if (code != Libav.END) throw MediaSource.refused(code, "counting frames");
            return frames;
        } finally {
            av_packet_free(packet);
        }
    }
}
