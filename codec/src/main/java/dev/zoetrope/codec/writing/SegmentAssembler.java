package dev.zoetrope.codec.writing;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.reading.MediaSource;
import dev.zoetrope.codec.reading.VideoProbe;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.javacpp.BytePointer;

/**
 * Joins segments, each an MP4 by {@link VideoWriter} with equal format and settings, into one video. The compressed pictures are
 * copied, not encoded again: what a segment shows, the video shows, to the bit. Frames that two segments share must have been
 * left out of one of them before.
 */
public final class SegmentAssembler {
    private SegmentAssembler() {}

    /**
     * Writes the segments behind each other into one file.
     *
     * @param segments in the order of showing; one is enough
     * @param video appears whole, its index first; replaced if it exists
     * @return how many frames the video has
     * @throws IllegalArgumentException if there is no segment, or one was made with another format or settings than the first
     * @throws MediaRefusedException if a segment is no video of ours
     * @throws CodecFailedException if reading or writing fails
     */
    public static long join(List<Path> segments, Path video, VideoMetadata metadata) {
        if (segments.isEmpty()) throw new IllegalArgumentException("expected at least one segment, but none came");
        try (MediaSource first = MediaSource.open(segments.get(0), MediaSource.Policy.OWN);
                PendingVideo pending = new PendingVideo(
                        video,
                        track -> avcodec_parameters_copy(
                                track.codecpar(), first.videoStream().codecpar()),
                        VideoProbe.rate(first),
                        metadata)) {
            TrackIdentity expected = TrackIdentity.of(first);
            long frames = 0;
            for (Path segment : segments) frames = append(segment, expected, pending, frames);
            pending.publish();
            return frames;
        }
    }

    private static long append(Path segment, TrackIdentity expected, PendingVideo video, long framesBefore) {
        try (MediaSource source = MediaSource.open(segment, MediaSource.Policy.OWN)) {
            expected.require(TrackIdentity.of(source), segment);
            return copy(source, segment, video, framesBefore);
        }
    }

    private static long copy(MediaSource source, Path segment, PendingVideo video, long framesBefore) {
        AVPacket packet = Libav.allocated(av_packet_alloc(), "a packet");
        try {
            long frames = framesBefore;
            int code;
            while ((code = av_read_frame(source.context(), packet)) >= 0) {
                if (packet.stream_index() == source.videoStream().index()) {
                    if (frames == framesBefore) requireKeyframe(packet, segment);
                    // Our videos show pictures in the order of coding, one a tick: the place is the time.
                    packet.pts(frames).dts(frames).duration(1);
                    video.write(packet);
                    frames++;
                }
                av_packet_unref(packet);
            }
            if (code != Libav.END) throw MediaSource.refused(code, "reading " + segment);
            if (frames == framesBefore) throw new IllegalArgumentException("the segment " + segment + " has no frames");
            return frames;
        } finally {
            av_packet_free(packet);
        }
    }

    private static void requireKeyframe(AVPacket packet, Path segment) {
        if ((packet.flags() & AV_PKT_FLAG_KEY) == 0) {
            throw new IllegalArgumentException(
                    "expected " + segment + " to start with a picture that stands alone, but it does not");
        }
    }

    /** What must be equal for one track to hold both: codec parameter sets are written once. */
    private record TrackIdentity(String codec, int width, int height, FrameRate rate, List<Byte> parameterSets) {
        static TrackIdentity of(MediaSource source) {
            AVCodecParameters track = source.videoStream().codecpar();
            byte[] extradata = new byte[track.extradata_size()];
            if (extradata.length > 0) new BytePointer(track.extradata()).get(extradata);
            Byte[] boxed = new Byte[extradata.length];
            Arrays.setAll(boxed, i -> extradata[i]);
            return new TrackIdentity(
                    source.codec(), source.width(), source.height(), VideoProbe.rate(source), List.of(boxed));
        }

        void require(TrackIdentity came, Path segment) {
            if (equals(came)) return;
            throw new IllegalArgumentException("expected segments of " + this + ", but " + segment + " has " + came);
        }

        @Override
        public String toString() {
            return codec + " " + width + "x" + height + " at " + rate + " fps, parameter sets #"
                    + parameterSets.hashCode();
        }
    }
}
