package dev.zoetrope.codec.untrusted;

import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.MediaDescription;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.VideoFormat;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What parent and child say to each other. The parent sends one request and then keeps its end of the pipe open: when it closes,
 * the child goes. The child answers: ready, a description, frames or their number, and at last either the end or why not.
 */
final class DecoderProtocol {
    static final byte READY = 'R';
    static final byte DESCRIPTION = 'D';
    /** Followed by {@code H × W × 3} bytes. */
    static final byte FRAME = 'F';

    /** Followed by how many frames there would be. */
    static final byte COUNT = 'N';

    static final byte END = 'E';
    static final byte REFUSED = 'X';
    static final byte FAILED = '!';

    private DecoderProtocol() {}

    /** What the child is to do with the file. */
    enum Task {
        /** Describe the video, and send its frames if there is a target. */
        VIDEO,
        /** Describe the video, decode its frames and count them. */
        CHECK_VIDEO,
        /** Decode the picture and describe it. */
        CHECK_PICTURE,
        /** Decode the picture, describe it and send it as one frame: of the target's size, or of its own if there is none. */
        PICTURE;

        boolean ofPicture() {
            return this == CHECK_PICTURE || this == PICTURE;
        }
    }

    /** @param target null to look at the file only, or to have a picture in its own size */
    record Request(Task task, String file, @Nullable MediaTarget target, MediaLimits limits) {
        boolean checking() {
            return task == Task.CHECK_VIDEO;
        }

        void write(DataOutputStream out) throws IOException {
            out.writeUTF(task.name());
            out.writeUTF(file);
            out.writeLong(limits.maxBytes());
            out.writeLong(limits.maxPixels());
            out.writeDouble(limits.maxSeconds());
            out.writeLong(limits.maxFrames());
            out.writeLong(limits.maxMemoryBytes());
            out.writeLong(limits.deadline().toMillis());
            out.writeBoolean(target != null);
            if (target != null) writeTarget(target, out);
            out.flush();
        }

        static Request read(DataInputStream in) throws IOException {
            Task task = Task.valueOf(in.readUTF());
            String file = in.readUTF();
            MediaLimits limits = new MediaLimits(
                    in.readLong(),
                    in.readLong(),
                    in.readDouble(),
                    in.readLong(),
                    in.readLong(),
                    Duration.ofMillis(in.readLong()));
            return new Request(task, file, in.readBoolean() ? readTarget(in) : null, limits);
        }

        private static void writeTarget(MediaTarget target, DataOutputStream out) throws IOException {
            out.writeInt(target.format().width());
            out.writeInt(target.format().height());
            out.writeInt(target.format().rate().numerator());
            out.writeInt(target.format().rate().denominator());
            out.writeUTF(target.fit().name());
            out.writeDouble(target.fromSeconds());
            out.writeLong(target.mostFrames());
        }

        private static MediaTarget readTarget(DataInputStream in) throws IOException {
            VideoFormat format = new VideoFormat(in.readInt(), in.readInt(), new FrameRate(in.readInt(), in.readInt()));
            return new MediaTarget(format, Fit.valueOf(in.readUTF()), in.readDouble(), in.readLong());
        }
    }

    static void write(MediaDescription media, DataOutputStream out) throws IOException {
        out.writeByte(DESCRIPTION);
        out.writeUTF(media.container());
        out.writeUTF(media.codec());
        out.writeInt(media.width());
        out.writeInt(media.height());
        out.writeBoolean(media.mirrored());
        out.writeInt(media.rotation());
        out.writeDouble(media.framesPerSecond());
        out.writeDouble(media.seconds());
        out.writeBoolean(media.still());
    }

    static MediaDescription readDescription(DataInputStream in) throws IOException {
        return new MediaDescription(
                in.readUTF(),
                in.readUTF(),
                in.readInt(),
                in.readInt(),
                in.readBoolean(),
                in.readInt(),
                in.readDouble(),
                in.readDouble(),
                in.readBoolean());
    }

    static void write(MediaRefusedException refusal, DataOutputStream out) throws IOException {
        out.writeByte(REFUSED);
        out.writeUTF(refusal.reason().name());
        out.writeUTF(limited(refusal.getMessage()));
    }

    static MediaRefusedException readRefusal(DataInputStream in) throws IOException {
        MediaRefusedException.Reason reason = MediaRefusedException.Reason.valueOf(in.readUTF());
        return new MediaRefusedException(reason, in.readUTF());
    }

    /** A string of the protocol has at most 64 KiB. */
    static String limited(@Nullable String message) {
        String text = String.valueOf(message);
        return text.length() <= 4000 ? text : text.substring(0, 4000) + "…";
    }
}
