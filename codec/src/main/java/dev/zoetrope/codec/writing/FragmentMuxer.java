package dev.zoetrope.codec.writing;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.reading.Mp4Boxes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** Cuts packets into fragments: at every picture that stands alone, and where a fragment is full. */
final class FragmentMuxer implements AutoCloseable {
    private static final String MOV_FLAGS = "cmaf+frag_custom+empty_moov+default_base_moof+skip_trailer";

    private final FragmentSink sink;
    private final FrameRate rate;
    private final int framesPerFragment;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final NativeOutput output;
    private final Mp4Muxer muxer;
    private final long firstFrame;
    private final long ticksPerFrame;
    private long cutFrames;
    private int frames;
    private boolean independent;

    /** @param firstFrame where in the whole video this part begins */
    FragmentMuxer(
            FragmentSink sink,
            Mp4Muxer.TrackForm form,
            FrameRate rate,
            VideoMetadata metadata,
            double fragmentSeconds,
            long firstFrame) {
        if (!(fragmentSeconds > 0)) {
            throw new IllegalArgumentException(
                    "a fragment lasts more than 0 seconds, but " + fragmentSeconds + " came");
        }
        if (firstFrame < 0) throw new IllegalArgumentException("firstFrame is 0 or more, but " + firstFrame + " came");
        this.sink = sink;
        this.rate = rate;
        this.firstFrame = firstFrame;
        this.framesPerFragment = (int) Math.max(1, Math.min(100_000, Math.round(fragmentSeconds * rate.perSecond())));
        this.output = new NativeOutput(bytes);
        try {
            this.muxer = Mp4Muxer.toFragments(output, form, rate, metadata, MOV_FLAGS);
        } catch (RuntimeException e) {
            output.close();
            throw e;
        }
        this.ticksPerFrame = muxer.ticksPerFrame();
        deliver(() -> sink.initialization(takeBytes()));
    }

    /** @param packet times in frames from this part's start; taken over, and empty afterwards */
    void write(AVPacket packet) {
        boolean key = (packet.flags() & AV_PKT_FLAG_KEY) != 0;
        if (frames > 0 && (key || frames >= framesPerFragment)) cut();
        if (frames == 0) independent = key;
        muxer.write(packet);
        frames++;
    }

    void finish() {
        if (frames > 0) cut();
        muxer.finish();
    }

    private void cut() {
        muxer.flush();
        byte[] moofAndMdat = takeBytes();
        Mp4Boxes.shiftDecodeTime(moofAndMdat, Math.multiplyExact(firstFrame, ticksPerFrame));
        Fragment fragment =
                new Fragment(moofAndMdat, firstFrame + cutFrames, frames, rate.seconds(frames), independent);
        cutFrames += frames;
        frames = 0;
        deliver(() -> sink.fragment(fragment));
    }

    private byte[] takeBytes() {
        muxer.flushBytes();
        byte[] taken = bytes.toByteArray();
        bytes.reset();
        return taken;
    }

    private interface Delivery {
        void run() throws IOException;
    }

    private static void deliver(Delivery delivery) {
        try {
            delivery.run();
        } catch (IOException e) {
            throw new CodecFailedException("the receiver does not take a fragment", e);
        }
    }

    @Override
    public void close() {
        muxer.close();
        output.close();
    }
}
