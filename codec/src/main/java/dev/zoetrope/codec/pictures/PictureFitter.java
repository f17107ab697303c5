package dev.zoetrope.codec.pictures;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_GRAY8;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB48LE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.Colours;
import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.Orientation;
import dev.zoetrope.codec.PixelConverter;
import dev.zoetrope.codec.Placement;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.jspecify.annotations.Nullable;

/** A decoded picture of any size, form, colours and orientation to upright sRGB of one size. */
final class PictureFitter {
    /** The scaler takes a bounded number of neighbours: what is to become much smaller becomes so in steps. */
    private static final int MOST_IN_ONE_STEP = 8;

    private final PictureDecoder.Decoded source;
    private final Orientation orientation;

    PictureFitter(PictureDecoder.Decoded source) {
        this.source = source;
        this.orientation = source.orientation();
    }

    static Placement placement(MediaTarget target, int uprightWidth, int uprightHeight) {
        return Placement.of(
                target.fit(),
                uprightWidth,
                uprightHeight,
                target.format().width(),
                target.format().height());
    }

    /**
     * @param target null for the picture's own size
     * @return packed RGB
     */
    byte[] rgb(@Nullable MediaTarget target) {
        int width = source.uprightWidth();
        int height = source.uprightHeight();
        if (target == null) return upright(width, height);
        Placement placement = placement(target, width, height);
        byte[] fitted = new byte[placement.width() * placement.height() * Frames.CHANNELS];
        placement.place(upright(placement.scaledWidth(), placement.scaledHeight()), fitted);
        return fitted;
    }

    private byte[] upright(int width, int height) {
        int storedWidth = orientation.swapsSides() ? height : width;
        int storedHeight = orientation.swapsSides() ? width : height;
        byte[] stored = source.colours().toSrgb(scaled(storedWidth, storedHeight));
        if (orientation.isUpright()) return stored;
        byte[] upright = new byte[stored.length];
        orientation.turn(stored, storedWidth, storedHeight, upright);
        return upright;
    }

    private PictureColours.Pixels scaled(int width, int height) {
        if (source.colours() instanceof PictureColours.Inks) return inks(width, height);
        boolean deep = depth(source.picture()) > 8 && !(source.colours() instanceof PictureColours.Srgb);
        int pixelFormat = deep ? AV_PIX_FMT_RGB48LE : AV_PIX_FMT_RGB24;
        byte[] pixels = scale(source.picture(), Colours.of(source.picture()), pixelFormat, width, height, deep ? 6 : 3);
        return new PictureColours.Pixels(width, height, deep, pixels);
    }

    private static int depth(AVFrame picture) {
        AVPixFmtDescriptor form = av_pix_fmt_desc_get(picture.format());
        return form == null ? 0 : form.comp(0).depth();
    }

    /** Four planes, the second and third of which may be smaller, each scaled by itself. */
    private PictureColours.Pixels inks(int width, int height) {
        AVFrame picture = source.picture();
        AVPixFmtDescriptor form = Libav.allocated(av_pix_fmt_desc_get(picture.format()), "a pixel format");
        if (form.nb_components() != 4) throw PictureFile.damaged("the JPEG's colours contradict each other");
        byte[] pixels = new byte[width * height * 4];
        for (int i = 0; i < 4; i++) {
            boolean chroma = i == 1 || i == 2;
            AVFrame plane = Libav.allocated(av_frame_alloc(), "a frame");
            try {
                plane.format(AV_PIX_FMT_GRAY8);
                plane.width(chroma ? -(-picture.width() >> form.log2_chroma_w()) : picture.width());
                plane.height(chroma ? -(-picture.height() >> form.log2_chroma_h()) : picture.height());
                plane.data(0, picture.data(i)).linesize(0, picture.linesize(i));
                PixelConverter.Side side = grey(plane);
                byte[] scaled = scale(plane, side, AV_PIX_FMT_GRAY8, width, height, 1);
                for (int k = 0; k < scaled.length; k++) pixels[4 * k + i] = scaled[k];
            } finally {
                plane.data(0, null);
                av_frame_free(plane);
            }
        }
        return new PictureColours.Pixels(width, height, false, pixels);
    }

    private static PixelConverter.Side grey(AVFrame plane) {
        return new PixelConverter.Side(plane.width(), plane.height(), AV_PIX_FMT_GRAY8, SWS_CS_ITU709, true);
    }

    private static byte[] scale(
            AVFrame picture, PixelConverter.Side side, int pixelFormat, int width, int height, int bytesPerPixel) {
        AVFrame from = picture;
        PixelConverter.Side fromSide = side;
        try {
            while (true) {
                int nextWidth = Math.max(width, -(-fromSide.width() / MOST_IN_ONE_STEP));
                int nextHeight = Math.max(height, -(-fromSide.height() / MOST_IN_ONE_STEP));
                PixelConverter.Side to =
                        new PixelConverter.Side(nextWidth, nextHeight, pixelFormat, SWS_CS_ITU709, true);
                AVFrame next = convert(from, fromSide, to);
                if (from != picture) av_frame_free(from);
                from = next;
                fromSide = to;
                if (nextWidth == width && nextHeight == height) break;
            }
            byte[] pixels = new byte[Math.multiplyExact(Math.multiplyExact(width, height), bytesPerPixel)];
            Frames.appendPacked(from, ByteBuffer.wrap(pixels), bytesPerPixel);
            return pixels;
        } finally {
            if (from != picture) av_frame_free(from);
        }
    }

    private static AVFrame convert(AVFrame picture, PixelConverter.Side from, PixelConverter.Side to) {
        AVFrame scaled = Frames.allocate(to.width(), to.height(), to.pixelFormat());
        try (PixelConverter converter = new PixelConverter(from, to)) {
            converter.convert(picture, scaled);
            return scaled;
        } catch (CodecFailedException e) {
            av_frame_free(scaled);
            throw new MediaRefusedException(Reason.UNSUPPORTED, "its pixels are in a form that is not read: " + from);
        }
    }
}
