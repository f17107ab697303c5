package dev.zoetrope.codec.writing;

import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.reading.Mp4Boxes;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** An MP4 in the making: packets go in, and at the end the whole file takes its name, or nothing is left. */
final class PendingVideo implements AutoCloseable {
    private final PendingFile file;
    private final Mp4Muxer muxer;
    private final VideoMetadata metadata;
    private boolean muxerClosed;

    PendingVideo(Path target, Mp4Muxer.TrackForm form, FrameRate rate, VideoMetadata metadata) {
        this.metadata = metadata;
        this.file = PendingFile.nextTo(target);
        try {
            this.muxer = Mp4Muxer.toFile(file.path(), form, rate, metadata);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    void write(AVPacket packet) {
        muxer.write(packet);
    }

    void publish() {
        muxer.finish();
        closeMuxer();
        if (metadata.provenance() != null) {
            Mp4Boxes.appendXmp(file.path(), metadata.provenance().xmp());
        }
        file.publish();
    }

    private void closeMuxer() {
        if (muxerClosed) return;
        muxerClosed = true;
        muxer.close();
    }

    @Override
    public void close() {
        closeMuxer();
        file.close();
    }
}
