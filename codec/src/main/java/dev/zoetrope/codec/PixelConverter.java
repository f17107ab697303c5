package dev.zoetrope.codec;

import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BITEXACT;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INP;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INT;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;

/** Turns frames of one size and pixel format into another, with the colour matrix and range said rather than guessed. */
public final class PixelConverter implements AutoCloseable {
    private static final int ONE = 1 << 16;

    private final Side from;
    private final Side to;
    private final SwsContext context;

    /** @param colourMatrix one of {@code SWS_CS_*}; from RGB to RGB, both sides must name the same */
    public record Side(int width, int height, int pixelFormat, int colourMatrix, boolean fullRange) {
        public boolean isAs(Side other) {
            return width == other.width
                    && height == other.height
                    && pixelFormat == other.pixelFormat
                    && colourMatrix == other.colourMatrix
                    && fullRange == other.fullRange;
        }
    }

    public PixelConverter(Side from, Side to) {
        this.from = from;
        this.to = to;
        // Bit-exact: the same frames must give the same file on every machine.
        int flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;
        this.context = Libav.allocated(
                sws_getContext(
                        from.width,
                        from.height,
                        from.pixelFormat,
                        to.width,
                        to.height,
                        to.pixelFormat,
                        flags,
                        null,
                        null,
                        (DoublePointer) null),
                "a converter from " + from + " to " + to);
        IntPointer fromMatrix = sws_getCoefficients(from.colourMatrix);
        IntPointer toMatrix = sws_getCoefficients(to.colourMatrix);
        sws_setColorspaceDetails(
                context, fromMatrix, from.fullRange ? 1 : 0, toMatrix, to.fullRange ? 1 : 0, 0, ONE, ONE);
    }

    public void convert(AVFrame source, AVFrame target) {
        Frames.requireShape(source, from.width, from.height, from.pixelFormat);
        Frames.requireShape(target, to.width, to.height, to.pixelFormat);
        int rows =
                sws_scale(context, source.data(), source.linesize(), 0, from.height, target.data(), target.linesize());
        if (rows != to.height) {
            throw new CodecFailedException("converting a frame gave " + rows + " rows of " + to.height);
        }
    }

    @Override
    public void close() {
        sws_freeContext(context);
    }
}
