package dev.zoetrope.codec;

import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_PATCHWELCOME;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/** What every use of libav needs: loading it, its errors in words, its option dictionaries. */
public final class Libav {
    /** libav's {@code EAGAIN}: more input is wanted before there is more output. */
    public static final int AGAIN = -11;

    public static final int END = AVERROR_EOF();
    public static final int NO_MEMORY = -12;
    public static final int NOT_IMPLEMENTED = AVERROR_PATCHWELCOME();

    private static final @Nullable LinkageError LOAD_FAILURE;

    static {
        // JavaCPP refuses to allocate once the process is larger than a multiple of the heap. Next to an inference
        // engine it
        // always is: the weights are mapped.
        if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
            System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        }
        LOAD_FAILURE = tryToLoad();
    }

    private Libav() {}

    /**
     * Loads the native libraries, if they are not; the first time on a machine this unpacks them.
     *
     * @throws CodecFailedException if this machine cannot load them
     */
    public static void load() {
        if (LOAD_FAILURE != null) {
            throw new CodecFailedException(
                    "FFmpeg's native libraries cannot be loaded: expected linux-x86_64 with glibc 2.35 or newer and a"
                            + " folder to unpack them in (org.bytedeco.javacpp.cachedir), but this is "
                            + Loader.getPlatform(),
                    LOAD_FAILURE);
        }
    }

    private static @Nullable LinkageError tryToLoad() {
        try {
            Loader.load(avcodec.class);
            Loader.load(avformat.class);
            Loader.load(swscale.class);
            av_log_set_level(AV_LOG_QUIET);
            return null;
        } catch (LinkageError e) {
            return e;
        }
    }

    /**
     * @return {@code code}, if it is not an error
     * @throws CodecFailedException if it is
     */
    public static int check(int code, String doing) {
        if (code < 0) throw new CodecFailedException(doing + " failed: " + describe(code));
        return code;
    }

    public static <T> T allocated(@Nullable T pointer, String what) {
        if (pointer == null) throw new CodecFailedException("no memory for " + what);
        return pointer;
    }

    public static String describe(int code) {
        byte[] text = new byte[128];
        av_strerror(code, text, text.length);
        int length = 0;
        while (length < text.length && text[length] != 0) length++;
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }

    /** Frames per second, to be closed. */
    public static AVRational perSecond(FrameRate rate) {
        return new AVRational().num(rate.numerator()).den(rate.denominator());
    }

    /** Seconds a frame: the clock that counts frames, to be closed. */
    public static AVRational frameClock(FrameRate rate) {
        return new AVRational().num(rate.denominator()).den(rate.numerator());
    }

    /** Strings go as UTF-8 whatever the platform's charset; the dictionary copies them. */
    public static void put(AVDictionary dictionary, String key, String value) {
        try (BytePointer k = new BytePointer(key, StandardCharsets.UTF_8);
                BytePointer v = new BytePointer(value, StandardCharsets.UTF_8)) {
            check(av_dict_set(dictionary, k, v, 0), "setting " + key);
        }
    }
}
