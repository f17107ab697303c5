package dev.zoetrope.codec;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT2020_CL;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT2020_NCL;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT470BG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_FCC;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE240M;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_PAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ411P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ440P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ444P;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_BT2020;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_FCC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU601;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_SMPTE240M;

import java.util.Set;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;

/** How a decoded picture's numbers are to be read as colours. */
public final class Colours {
    private static final Set<Integer> FULL_RANGE_FORMATS = Set.of(
            AV_PIX_FMT_YUVJ411P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUVJ444P);

    private Colours() {}

    public static PixelConverter.Side of(AVFrame picture) {
        return new PixelConverter.Side(
                picture.width(), picture.height(), picture.format(), matrix(picture), fullRange(picture));
    }

    private static boolean fullRange(AVFrame picture) {
        return picture.color_range() == AVCOL_RANGE_JPEG
                || FULL_RANGE_FORMATS.contains(picture.format())
                || isRgb(picture.format());
    }

    private static boolean isRgb(int pixelFormat) {
        AVPixFmtDescriptor form = av_pix_fmt_desc_get(pixelFormat);
        return form != null && (form.flags() & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
    }

    /** Where a file does not say, large pictures are BT.709 and small ones BT.601, as players have it. */
    private static int matrix(AVFrame picture) {
        // What is RGB already goes by the matrix that all RGB of this module goes by, in and out again.
        if (isRgb(picture.format())) return SWS_CS_ITU709;
        int space = picture.colorspace();
        if (space == AVCOL_SPC_BT709 || space == AVCOL_SPC_RGB) return SWS_CS_ITU709;
        if (space == AVCOL_SPC_BT470BG || space == AVCOL_SPC_SMPTE170M) return SWS_CS_ITU601;
        if (space == AVCOL_SPC_FCC) return SWS_CS_FCC;
        if (space == AVCOL_SPC_SMPTE240M) return SWS_CS_SMPTE240M;
        if (space == AVCOL_SPC_BT2020_NCL || space == AVCOL_SPC_BT2020_CL) return SWS_CS_BT2020;
        return picture.width() >= 1280 || picture.height() >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    }
}
