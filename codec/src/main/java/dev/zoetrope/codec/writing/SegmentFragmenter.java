package dev.zoetrope.codec.writing;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.reading.MediaSource;
import dev.zoetrope.codec.reading.VideoProbe;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Cuts a finished segment, an MP4 of ours, into fragments for HLS: by packet copy, without encoding again. */
public final class SegmentFragmenter {
    private SegmentFragmenter() {}

    /**
     * Fragments end where a picture stands alone, so each is independent. Those of consecutive segments with equal format and
     * settings play as one video: any of their initialization segments serves all.
     *
     * @param firstFrame how many frames the segments before this one have together
     * @param metadata what the initialization segment says; equal for all segments of a video
     * @return how many frames this segment has
     * @throws MediaRefusedException if the segment is no video of ours
     * @throws CodecFailedException if reading it or the sink fails
     */
    public static long fragment(Path segment, long firstFrame, VideoMetadata metadata, FragmentSink sink) {
        try (MediaSource source = MediaSource.open(segment, MediaSource.Policy.OWN);
                FragmentMuxer muxer = new FragmentMuxer(
                        sink,
                        track -> avcodec_parameters_copy(
                                track.codecpar(), source.videoStream().codecpar()),
                        VideoProbe.rate(source),
                        metadata,
                        Double.MAX_VALUE,
                        firstFrame)) {
            long frames = copy(source, muxer);
            muxer.finish();
            return frames;
        }
    }

    private static long copy(MediaSource source, FragmentMuxer muxer) {
        AVPacket packet = Libav.allocated(av_packet_alloc(), "a packet");
        try {
            long frames = 0;
            int code;
            while ((code = av_read_frame(source.context(), packet)) >= 0) {
                if (packet.stream_index() == source.videoStream().index()) {
                    packet.pts(frames).dts(frames).duration(1);
                    muxer.write(packet);
                    frames++;
                }
                av_packet_unref(packet);
            }
            if (code != Libav.END) throw MediaSource.refused(code, "reading frame " + frames);
            return frames;
        } finally {
            av_packet_free(packet);
        }
    }
}
