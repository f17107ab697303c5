package dev.zoetrope.codec.reading;

import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_ALPHA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGBA;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.Colours;
import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.Orientation;
import dev.zoetrope.codec.PixelConverter;
import dev.zoetrope.codec.Placement;
import dev.zoetrope.codec.VideoFormat;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/** Decoded pictures of any size, form and rotation to upright RGB of one size. Transparent places become white. */
public final class FrameFitter implements AutoCloseable {
    private final VideoFormat format;
    private final Fit fit;
    private final MediaSource source;
    private final byte[] fitted;
    private @Nullable Stage stage;

    /** @param source of the pictures */
    public FrameFitter(VideoFormat format, Fit fit, MediaSource source) {
        this.format = format;
        this.fit = fit;
        this.source = source;
        this.fitted = new byte[format.width() * format.height() * Frames.CHANNELS];
    }

    /** @return packed RGB of the target size, valid until the next call */
    public byte[] fit(AVFrame picture) {
        prepare(picture);
        if (stage != null) stage.place(picture);
        return fitted;
    }

    /**
     * Fits a picture if none of its form was before, to see whether it can be.
     *
     * @throws MediaRefusedException if its pixels or its shape are not read
     */
    public void check(AVFrame picture) {
        if (prepare(picture) && stage != null) stage.place(picture);
    }

    /** A stream may change its pictures' form in the middle. */
    private boolean prepare(AVFrame picture) {
        Shown shown = new Shown(Colours.of(picture), source.pixelAspect(picture), orientation(picture, source));
        if (stage != null && stage.shown.isAs(shown)) return false;
        if (stage != null) stage.close();
        stage = null;
        stage = new Stage(shown);
        return true;
    }

    /** How a picture is to be shown. */
    private record Shown(PixelConverter.Side from, double pixelAspect, Orientation orientation) {
        /** Equal; but the first call of a record's own {@code equals} would be an eighth of a child's whole time. */
        boolean isAs(Shown other) {
            return from.isAs(other.from)
                    && pixelAspect == other.pixelAspect
                    && orientation.mirrored() == other.orientation.mirrored()
                    && orientation.clockwise() == other.orientation.clockwise();
        }

        Placement placement(Fit fit, VideoFormat format) {
            double width = from.width() * pixelAspect;
            double height = from.height();
            boolean turned = orientation.swapsSides();
            return Placement.of(fit, turned ? height : width, turned ? width : height, format.width(), format.height());
        }
    }

    /** As the picture itself says, which has the container's word where the codec has none. */
    public static Orientation orientation(AVFrame picture, MediaSource source) {
        AVFrameSideData said = av_frame_get_side_data(picture, AV_FRAME_DATA_DISPLAYMATRIX);
        if (said == null || said.isNull() || said.size() < 36) return source.orientation();
        int[] matrix = new int[9];
        new IntPointer(said.data()).get(matrix);
        return Orientation.ofMatrix(matrix);
    }

    @Override
    public void close() {
        if (stage != null) stage.close();
    }

    /** What serves as long as pictures keep their form. */
    private final class Stage implements AutoCloseable {
        private final Shown shown;
        private final Placement placement;
        private final PixelConverter converter;
        private final AVFrame scaled;
        private final int channels;
        private final byte[] stored;
        private final byte[] upright;

        Stage(Shown shown) {
            this.shown = shown;
            this.placement = shown.placement(fit, format);
            PixelConverter.Side from = shown.from();
            boolean turned = shown.orientation().swapsSides();
            int width = turned ? placement.scaledHeight() : placement.scaledWidth();
            int height = turned ? placement.scaledWidth() : placement.scaledHeight();
            boolean alpha = hasAlpha(from.pixelFormat());
            this.channels = alpha ? 4 : Frames.CHANNELS;
            int pixelFormat = alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
            this.stored = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
            this.upright = shown.orientation().isUpright() ? stored : new byte[width * height * 3];
            try {
                this.converter = new PixelConverter(
                        from, new PixelConverter.Side(width, height, pixelFormat, SWS_CS_ITU709, true));
            } catch (CodecFailedException e) {
                throw new MediaRefusedException(
                        Reason.UNSUPPORTED, "its pixels are in a form that is not read: " + from);
            }
            this.scaled = Frames.allocate(width, height, pixelFormat);
        }

        void place(AVFrame picture) {
            converter.convert(picture, scaled);
            Frames.appendPacked(scaled, ByteBuffer.wrap(stored), channels);
            if (channels == 4) blendOnWhite(stored, scaled.width() * scaled.height());
            if (!shown.orientation().isUpright()) {
                shown.orientation().turn(stored, scaled.width(), scaled.height(), upright);
            }
            placement.place(upright, fitted);
        }

        @Override
        public void close() {
            converter.close();
            av_frame_free(scaled);
        }
    }

    /** RGBA to RGB in the same array, from the front. */
    private static void blendOnWhite(byte[] pixels, int count) {
        for (int i = 0, from = 0, to = 0; i < count; i++) {
            int alpha = pixels[from + 3] & 0xff;
            for (int channel = 0; channel < 3; channel++) {
                int colour = pixels[from + channel] & 0xff;
                pixels[to++] = (byte) ((colour * alpha + 255 * (255 - alpha) + 127) / 255);
            }
            from += 4;
        }
    }

    private static boolean hasAlpha(int pixelFormat) {
        AVPixFmtDescriptor form = av_pix_fmt_desc_get(pixelFormat);
        return form != null && (form.flags() & AV_PIX_FMT_FLAG_ALPHA) != 0;
    }
}
