package dev.zoetrope.codec.untrusted;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_ref;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_max_alloc;

import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.MediaDescription;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.Orientation;
import dev.zoetrope.codec.pictures.PictureDecoder;
import dev.zoetrope.codec.reading.ContainerCheck;
import dev.zoetrope.codec.reading.FrameFitter;
import dev.zoetrope.codec.reading.MediaDecoder;
import dev.zoetrope.codec.reading.MediaSource;
import dev.zoetrope.codec.reading.RateConverter;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** The child process: decodes one file that nobody vouches for and says what it saw. It holds nothing that could be lost. */
final class DecoderMain {
    /** The demuxers and decoders, by libav's names, that are let near such a file. */
    private static final String CONTAINERS = "mov,matroska,gif,apng,avi,mpegts";

    private static final String CODECS =
            "h264,hevc,vp8,libvpx,vp9,libvpx-vp9,av1,libaom-av1,gif,apng,mpeg4,mjpeg,png,prores,"
                    + "mpeg2video,h263,qtrle";

    /** No camera is faster; a file that says so says nothing. */
    private static final double MAX_RATE = 240;

    private static final double USUAL_SECONDS = 0.04;

    /** Browsers show a picture of a GIF that says less, 0 or 1/100 s, for 10/100 s. */
    private static final double SHORTEST_OF_GIF = 0.015;

    private static final double USUAL_OF_GIF = 0.1;

    /** The parent has found the native libraries: to look for them again would take longer than to decode a picture. */
    static final String LIBRARIES_PROPERTY = "zoetrope.codec.decoder.libraries";

    private final DataOutputStream out;

    DecoderMain(DataOutputStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) throws IOException {
        DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in));
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16));
        DecoderProtocol.Request request = DecoderProtocol.Request.read(in);
        leaveWithParent(in);
        loadLibraries();
        long most = request.limits().maxMemoryBytes();
        av_max_alloc(request.task().ofPicture() ? most : most / 2);
        out.writeByte(DecoderProtocol.READY);
        out.flush();
        new DecoderMain(out).answer(request);
        out.flush();
        Runtime.getRuntime().halt(0);
    }

    static void loadLibraries() {
        for (String library : System.getProperty(LIBRARIES_PROPERTY, "").split(File.pathSeparator))
            System.load(library);
        Libav.load();
    }

    /** Nothing more comes from the parent: the end of its pipe is the end of the parent. Native code cannot hold this up. */
    static void leaveWithParent(InputStream in) {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (in.read() >= 0) continue;
                    } catch (IOException e) {
                        // The same as the end.
                    }
                    Runtime.getRuntime().halt(1);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    void answer(DecoderProtocol.Request request) throws IOException {
        try {
            Path file = Path.of(request.file());
            if (request.task().ofPicture()) {
                decodePicture(file, request);
            } else {
                requireBytes(file, request.limits());
                decode(file, request);
            }
            out.writeByte(DecoderProtocol.END);
        } catch (MediaRefusedException e) {
            DecoderProtocol.write(e, out);
        } catch (RuntimeException | LinkageError e) {
            out.writeByte(DecoderProtocol.FAILED);
            out.writeUTF(DecoderProtocol.limited(e.toString()));
        }
    }

    private static void requireBytes(Path file, MediaLimits limits) throws IOException {
        long bytes = Files.size(file);
        if (bytes > limits.maxBytes()) {
            throw new MediaRefusedException(
                    Reason.TOO_LARGE, "expected at most " + limits.maxBytes() + " bytes, but the file has " + bytes);
        }
    }

    private void decode(Path file, DecoderProtocol.Request request) throws IOException {
        boolean still = ContainerCheck.isStill(file);
        MediaSource.Policy policy =
                new MediaSource.Policy(CONTAINERS, CODECS, request.limits().maxPixels());
        MediaDecoder.Purpose purpose =
                request.checking() ? MediaDecoder.Purpose.CHECKING : MediaDecoder.Purpose.SHOWING;
        try (MediaSource source = MediaSource.open(file, policy);
                MediaDecoder decoder = new MediaDecoder(source, purpose)) {
            requireClaims(source, request.limits());
            AVFrame first = decoder.next();
            if (first == null) throw new MediaRefusedException(Reason.NO_FRAMES, "the video has no frames");
            DecoderProtocol.write(describe(source, first, still), out);
            MediaTarget target = request.target();
            if (target == null) return;
            try (FrameFitter fitter = new FrameFitter(target.format(), target.fit(), source)) {
                Sink sink =
                        request.checking() ? (picture, times) -> {} : (picture, times) -> show(fitter, picture, times);
                long frames = convert(source, decoder, first, request, fitter, sink);
                if (request.checking()) {
                    out.writeByte(DecoderProtocol.COUNT);
                    out.writeLong(frames);
                }
            }
        }
    }

    private void decodePicture(Path file, DecoderProtocol.Request request) throws IOException {
        boolean wanted = request.task() == DecoderProtocol.Task.PICTURE;
        boolean whole = wanted && request.target() == null;
        try (PictureDecoder.Decoded picture =
                new PictureDecoder(file, request.limits()).decode(request.target(), whole)) {
            byte[] rgb = wanted ? picture.rgb(request.target()) : new byte[0];
            DecoderProtocol.write(picture.description(), out);
            if (!wanted) return;
            out.writeByte(DecoderProtocol.FRAME);
            out.write(rgb);
        }
    }

    /** What becomes of a picture that is to be shown some times. */
    private interface Sink {
        void accept(AVFrame picture, long times) throws IOException;
    }

    private static void requireClaims(MediaSource source, MediaLimits limits) {
        if (source.claimedSeconds() > limits.maxSeconds()) {
            throw new MediaRefusedException(
                    Reason.TOO_LARGE,
                    "expected a video of at most " + limits.maxSeconds() + " seconds, but it has "
                            + source.claimedSeconds());
        }
        if (source.videoStream().nb_frames() > limits.maxFrames()) {
            throw tooManyFrames(limits, source.videoStream().nb_frames());
        }
    }

    private static MediaRefusedException tooManyFrames(MediaLimits limits, long frames) {
        return new MediaRefusedException(
                Reason.TOO_LARGE,
                "expected a video of at most " + limits.maxFrames() + " frames, but it has " + frames);
    }

    private static MediaDescription describe(MediaSource source, AVFrame first, boolean still) {
        Orientation orientation = FrameFitter.orientation(first, source);
        int width = (int) Math.max(1, Math.round(first.width() * source.pixelAspect(first)));
        boolean turned = orientation.swapsSides();
        return new MediaDescription(
                source.container(),
                source.codec(),
                turned ? first.height() : width,
                turned ? width : first.height(),
                orientation.mirrored(),
                orientation.clockwise(),
                source.averageRate(),
                source.claimedSeconds(),
                still);
    }

    /**
     * Brings pictures to the target's rate. A picture's share of time is known when the next one comes.
     *
     * @return how many frames were shown
     */
    private long convert(
            MediaSource source,
            MediaDecoder decoder,
            AVFrame first,
            DecoderProtocol.Request request,
            FrameFitter fitter,
            Sink sink)
            throws IOException {
        MediaTarget target = Objects.requireNonNull(request.target());
        MediaLimits limits = request.limits();
        RateConverter rate = new RateConverter(target.format().rate(), target.fromSeconds(), limits.maxSeconds());
        long left = target.mostFrames();
        long decoded = 0;
        AVFrame waiting = Libav.allocated(av_frame_alloc(), "a frame");
        try {
            double time = 0;
            double duration = 0;
            double gap = 0;
            for (AVFrame picture = first; picture != null && left > 0; picture = decoder.next()) {
                if (++decoded > limits.maxFrames()) throw tooManyFrames(limits, decoded);
                if (request.checking()) fitter.check(picture);
                double said = isGif(source) ? Double.NaN : decoder.seconds(picture);
                double before = time;
                time = Double.isNaN(said) ? time + duration : said;
                if (decoded > 1) gap = time - before;
                left -= shown(sink, waiting, Math.min(left, rate.next(time)));
                duration = duration(picture, source, gap);
                av_frame_unref(waiting);
                Libav.check(av_frame_ref(waiting, picture), "keeping a frame");
            }
            if (left > 0) left -= shown(sink, waiting, Math.min(left, rate.end(duration)));
            return target.mostFrames() - left;
        } finally {
            av_frame_free(waiting);
        }
    }

    private static long shown(Sink sink, AVFrame picture, long times) throws IOException {
        if (times > 0) sink.accept(picture, times);
        return Math.max(0, times);
    }

    private void show(FrameFitter fitter, AVFrame picture, long times) throws IOException {
        byte[] frame = fitter.fit(picture);
        for (long i = 0; i < times; i++) {
            out.writeByte(DecoderProtocol.FRAME);
            out.write(frame);
        }
    }

    /** Its times are the sums of its delays, of which browsers do not believe all. */
    private static boolean isGif(MediaSource source) {
        return source.container().equals("gif");
    }

    /** @param gap between the picture before and this one */
    private static double duration(AVFrame picture, MediaSource source, double gap) {
        double rate = source.averageRate();
        double said = picture.duration() * source.secondsPerTick();
        if (isGif(source) && said < SHORTEST_OF_GIF) return USUAL_OF_GIF;
        if (said > 0 && said <= 3600 && rate <= MAX_RATE) return said;
        if (gap > 0) return gap;
        return rate > 0 && rate <= MAX_RATE ? 1 / rate : USUAL_SECONDS;
    }
}
