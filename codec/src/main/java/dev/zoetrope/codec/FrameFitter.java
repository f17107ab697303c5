package dev.zoetrope.codec;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_ALPHA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGBA;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;

import dev.zoetrope.codec.MediaRefusedException.Reason;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/** Decoded pictures of any size, form and rotation to upright RGB of one size. Transparent places become white. */
final class FrameFitter implements AutoCloseable {
    private final VideoFormat format;
    private final Fit fit;
    private final Orientation orientation;
    private final byte[] fitted;
    private @Nullable Stage stage;

    FrameFitter(VideoFormat format, Fit fit, int rotation) {
        this.format = format;
        this.fit = fit;
        this.orientation = Orientation.turned(rotation);
        this.fitted = new byte[format.width() * format.height() * Frames.CHANNELS];
    }

    /** @return packed RGB of the target size, valid until the next call */
    byte[] fit(AVFrame picture) {
        PixelConverter.Side side = Colours.of(picture);
        if (stage == null || !stage.from.equals(side)) {
            // A stream may change its size in the middle.
            if (stage != null) stage.close();
            stage = null;
            stage = new Stage(side, placement(picture));
        }
        stage.place(picture);
        return fitted;
    }

    private Placement placement(AVFrame picture) {
        double width = picture.width() * pixelAspect(picture);
        double height = picture.height();
        boolean turned = orientation.swapsSides();
        return Placement.of(fit, turned ? height : width, turned ? width : height, format.width(), format.height());
    }

    /** Width of a pixel over its height; absurd values count as square. */
    static double pixelAspect(AVFrame picture) {
        AVRational aspect = picture.sample_aspect_ratio();
        if (aspect.num() <= 0 || aspect.den() <= 0) return 1;
        double ratio = (double) aspect.num() / aspect.den();
        return ratio >= 0.1 && ratio <= 10 ? ratio : 1;
    }

    @Override
    public void close() {
        if (stage != null) stage.close();
    }

    /** What serves as long as pictures keep their form. */
    private final class Stage implements AutoCloseable {
        private final PixelConverter.Side from;
        private final Placement placement;
        private final PixelConverter converter;
        private final AVFrame scaled;
        private final int channels;
        private final byte[] stored;
        private final byte[] upright;

        Stage(PixelConverter.Side from, Placement placement) {
            this.from = from;
            this.placement = placement;
            boolean turned = orientation.swapsSides();
            int width = turned ? placement.scaledHeight() : placement.scaledWidth();
            int height = turned ? placement.scaledWidth() : placement.scaledHeight();
            boolean alpha = hasAlpha(from.pixelFormat());
            this.channels = alpha ? 4 : Frames.CHANNELS;
            int pixelFormat = alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
            this.stored = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
            this.upright = orientation.equals(Orientation.UPRIGHT) ? stored : new byte[width * height * 3];
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
            if (!orientation.equals(Orientation.UPRIGHT)) {
                orientation.turn(stored, scaled.width(), scaled.height(), upright);
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
