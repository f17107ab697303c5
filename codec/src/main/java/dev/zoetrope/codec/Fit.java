package dev.zoetrope.codec;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.swscale.SWS_CS_ITU709;

import dev.zoetrope.tensors.HostTensor;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/** How a picture of one shape is brought to another without distorting it. */
public enum Fit {
    /** Fills the whole target; what stands out at two sides is cut off evenly. */
    COVER,
    /** Shows the whole picture; what stays empty at two sides is black. */
    CONTAIN;

    /**
     * Scales a picture to a size.
     *
     * @param picture {@code U8 [H, W, 3]} or {@code U8 [1, H, W, 3]}
     * @return {@code U8 [height, width, 3]}
     */
    public HostTensor resize(HostTensor picture, int width, int height) {
        Frames.Picture source = Frames.requirePicture(picture);
        requireSide(width);
        requireSide(height);
        Placement placement = Placement.of(this, source.width(), source.height(), width, height);
        byte[] scaled = scale(source, placement.scaledWidth(), placement.scaledHeight());
        byte[] target = new byte[width * height * Frames.CHANNELS];
        placement.place(scaled, target);
        return HostTensor.ofBytes(target, height, width, Frames.CHANNELS);
    }

    private static void requireSide(int side) {
        if (side < 1 || side > VideoFormat.MAX_SIDE) {
            throw new IllegalArgumentException(
                    "a side has 1 to " + VideoFormat.MAX_SIDE + " pixels, but " + side + " came");
        }
    }

    private static byte[] scale(Frames.Picture picture, int width, int height) {
        Libav.load();
        AVFrame from = Frames.allocate(picture.width(), picture.height(), AV_PIX_FMT_RGB24);
        AVFrame to = Frames.allocate(width, height, AV_PIX_FMT_RGB24);
        try (PixelConverter converter = new PixelConverter(
                new PixelConverter.Side(picture.width(), picture.height(), AV_PIX_FMT_RGB24, SWS_CS_ITU709, true),
                new PixelConverter.Side(width, height, AV_PIX_FMT_RGB24, SWS_CS_ITU709, true))) {
            Frames.fillPacked(from, picture.rgb(), Frames.CHANNELS);
            converter.convert(from, to);
            byte[] pixels = new byte[Math.multiplyExact(width * height, Frames.CHANNELS)];
            Frames.appendPacked(to, ByteBuffer.wrap(pixels), Frames.CHANNELS);
            return pixels;
        } finally {
            av_frame_free(from);
            av_frame_free(to);
        }
    }
}
