package dev.zoetrope.codec.pictures;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_ALPHA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_BE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_PAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB48LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGBA;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGBA64LE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;

import dev.zoetrope.codec.Colours;
import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.PixelConverter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.ffmpeg.avutil.AVComponentDescriptor;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;

/** The numbers of a decoded picture in native memory, whatever their form: made white, laid over white, put together. */
final class Canvas {
    private final AVFrame picture;
    private final AVPixFmtDescriptor form;
    private final boolean rgb;
    private final boolean fullRange;

    private Canvas(AVFrame picture) {
        this.picture = picture;
        this.form = Libav.allocated(av_pix_fmt_desc_get(picture.format()), "a pixel format");
        this.rgb = (form.flags() & AV_PIX_FMT_FLAG_RGB) != 0;
        this.fullRange = Colours.of(picture).fullRange();
    }

    static boolean hasAlpha(AVFrame picture) {
        return (new Canvas(picture).form.flags() & AV_PIX_FMT_FLAG_ALPHA) != 0 || isPalette(picture);
    }

    private static boolean isPalette(AVFrame picture) {
        return (new Canvas(picture).form.flags() & AV_PIX_FMT_FLAG_PAL) != 0;
    }

    /** The picture in another form, 8 or 16 bits a channel as it needs: luma and chroma do not blend, for chroma is coarser. */
    static AVFrame rgb(AVFrame picture) {
        Canvas canvas = new Canvas(picture);
        boolean alpha = (canvas.form.flags() & AV_PIX_FMT_FLAG_ALPHA) != 0;
        boolean deep = canvas.form.comp(0).depth() > 8;
        int pixelFormat =
                deep ? alpha ? AV_PIX_FMT_RGBA64LE : AV_PIX_FMT_RGB48LE : alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
        AVFrame rgb = Frames.allocate(picture.width(), picture.height(), pixelFormat);
        PixelConverter.Side to =
                new PixelConverter.Side(picture.width(), picture.height(), pixelFormat, SWS_CS_ITU709, true);
        try (PixelConverter converter = new PixelConverter(Colours.of(picture), to)) {
            converter.convert(picture, rgb);
            rgb.color_primaries(picture.color_primaries()).color_trc(picture.color_trc());
            return rgb;
        } catch (RuntimeException e) {
            av_frame_free(rgb);
            throw e;
        }
    }

    /** Whether a picture's colours are luma and chroma. */
    static boolean hasChroma(AVFrame picture) {
        Canvas canvas = new Canvas(picture);
        return !canvas.rgb && canvas.colours() == 3;
    }

    /** Lays a picture with an alpha channel over white, in place; what the channel then says means nothing. */
    static void overWhite(AVFrame picture) {
        if (isPalette(picture)) {
            paletteOverWhite(picture);
            return;
        }
        Canvas canvas = new Canvas(picture);
        int alpha = canvas.form.nb_components() - 1;
        canvas.overWhite(canvas.samples(alpha));
    }

    /** Lays a picture over white, in place, by the first channel of another of the same size. */
    static void overWhite(AVFrame picture, AVFrame alpha) {
        if (alpha.width() != picture.width() || alpha.height() != picture.height()) {
            throw new MediaRefusedException(Reason.DAMAGED, "the picture and its alpha channel differ in size");
        }
        new Canvas(picture).overWhite(new Canvas(alpha).samples(0));
    }

    /** A picture in another's form, its numbers not set yet. */
    static AVFrame like(AVFrame other, int width, int height) {
        AVFrame picture = Frames.allocate(width, height, other.format());
        av_frame_copy_props(picture, other);
        return picture;
    }

    /** A white picture in another's form. */
    static AVFrame white(AVFrame like, int width, int height) {
        AVFrame white = like(like, width, height);
        Canvas canvas = new Canvas(white);
        for (int i = 0; i < canvas.colours(); i++) {
            Samples samples = canvas.samples(i);
            for (int y = 0; y < samples.height; y++) {
                for (int x = 0; x < samples.width; x++) samples.put(x, y, canvas.white(i));
            }
        }
        return white;
    }

    /** Puts a picture onto another of the same form; what stands out is cut off. */
    static void put(AVFrame onto, AVFrame picture, int left, int top) {
        if (picture.format() != onto.format()) throw PictureFile.damaged("the picture's parts are of different forms");
        copy(picture, 0, 0, onto, left, top);
    }

    /** A part of a picture, as a picture of its own. */
    static AVFrame part(AVFrame picture, int left, int top, int width, int height) {
        boolean inside = left >= 0 && top >= 0 && width > 0 && height > 0;
        if (!inside || left + width > picture.width() || top + height > picture.height()) {
            throw PictureFile.damaged("the part that is to be seen is not inside of the picture");
        }
        AVFrame part = like(picture, width, height);
        copy(picture, left, top, part, 0, 0);
        return part;
    }

    private static void copy(AVFrame picture, int left, int top, AVFrame onto, int x, int y) {
        Canvas source = new Canvas(picture);
        Canvas target = new Canvas(onto);
        for (int i = 0; i < source.form.nb_components(); i++) {
            // Components that lie in one plane are copied together.
            if (source.form.comp(i).offset() != 0) continue;
            Samples from = source.samples(i);
            Samples to = target.samples(i);
            int columns = Math.min(from.width - (left >> from.shiftX), to.width - (x >> to.shiftX));
            int rows = Math.min(from.height - (top >> from.shiftY), to.height - (y >> to.shiftY));
            for (int row = 0; row < rows && columns > 0; row++) {
                to.plane.put(
                        (row + (y >> to.shiftY)) * to.stride + (x >> to.shiftX) * to.step,
                        from.plane,
                        (row + (top >> from.shiftY)) * from.stride + (left >> from.shiftX) * from.step,
                        columns * from.step);
            }
        }
    }

    private void overWhite(Samples alpha) {
        for (int y = 0; y < alpha.height; y++) {
            if (isOpaque(alpha, y)) continue;
            for (int i = 0; i < colours(); i++) overWhite(samples(i), white(i), alpha, y);
        }
    }

    private static boolean isOpaque(Samples alpha, int y) {
        for (int x = 0; x < alpha.width; x++) {
            if (alpha.get(x, y) != alpha.most()) return false;
        }
        return true;
    }

    private static void overWhite(Samples colour, int white, Samples alpha, int y) {
        int opaque = alpha.most();
        for (int x = 0; x < colour.width; x++) {
            int seen = alpha.get(x, y);
            if (seen == opaque) continue;
            long blended = (long) colour.get(x, y) * seen + (long) white * (opaque - seen);
            colour.put(x, y, (int) ((blended + opaque / 2) / opaque));
        }
    }

    private static void paletteOverWhite(AVFrame picture) {
        ByteBuffer palette = picture.data(1).capacity(1024).asByteBuffer().order(ByteOrder.nativeOrder());
        for (int i = 0; i < 1024; i += 4) {
            int colour = palette.getInt(i);
            int alpha = colour >>> 24;
            int blended = 0xff;
            for (int shift = 16; shift >= 0; shift -= 8) {
                int value = (colour >> shift & 0xff) * alpha + 255 * (255 - alpha);
                blended = blended << 8 | (value + 127) / 255;
            }
            palette.putInt(i, blended);
        }
    }

    private int colours() {
        return form.nb_components() - ((form.flags() & AV_PIX_FMT_FLAG_ALPHA) != 0 ? 1 : 0);
    }

    private int white(int component) {
        int depth = form.comp(component).depth();
        boolean chroma = !rgb && colours() == 3 && component > 0;
        if (chroma) return 1 << (depth - 1);
        return rgb || fullRange ? (1 << depth) - 1 : 235 << (depth - 8);
    }

    private Samples samples(int component) {
        boolean chroma = !rgb && colours() == 3 && (component == 1 || component == 2);
        return new Samples(
                picture,
                form.comp(component),
                (form.flags() & AV_PIX_FMT_FLAG_BE) != 0,
                chroma ? form.log2_chroma_w() : 0,
                chroma ? form.log2_chroma_h() : 0);
    }

    /** One component's numbers. */
    private static final class Samples {
        final ByteBuffer plane;
        final int width;
        final int height;
        final int stride;
        final int step;
        final int shiftX;
        final int shiftY;
        private final int offset;
        private final int depth;

        Samples(AVFrame picture, AVComponentDescriptor form, boolean bigEndian, int shiftX, int shiftY) {
            if (form.shift() != 0 || form.depth() < 8) {
                throw new MediaRefusedException(Reason.UNSUPPORTED, "its pixels are in a form that is not read");
            }
            this.shiftX = shiftX;
            this.shiftY = shiftY;
            this.width = -(-picture.width() >> shiftX);
            this.height = -(-picture.height() >> shiftY);
            this.stride = picture.linesize(form.plane());
            this.step = form.step();
            this.offset = form.offset();
            this.depth = form.depth();
            this.plane = picture.data(form.plane())
                    .capacity((long) stride * height)
                    .asByteBuffer()
                    .order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        }

        int most() {
            return (1 << depth) - 1;
        }

        int get(int x, int y) {
            int at = y * stride + x * step + offset;
            return depth > 8 ? plane.getShort(at) & 0xffff : plane.get(at) & 0xff;
        }

        void put(int x, int y, int value) {
            int at = y * stride + x * step + offset;
            if (depth > 8) {
                plane.putShort(at, (short) value);
            } else {
                plane.put(at, (byte) value);
            }
        }
    }
}
