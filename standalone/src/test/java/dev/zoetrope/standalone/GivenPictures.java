package dev.zoetrope.standalone;

import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.writing.ImageWriter;
import dev.zoetrope.tensors.HostTensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Pictures as users bring them. */
final class GivenPictures {
    private GivenPictures() {}

    /** A ball over a horizon with a post at its right: no symmetry that would hide a wrong turn. U8 {@code [H, W, 3]}. */
    static HostTensor ball(int height, int width, double centre) {
        byte[] pixels = new byte[height * width * 3];
        double radius = Math.min(height, width) / 6.0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean ball = Math.hypot(x - centre * width, y - 0.4 * height) < radius;
                boolean post = x > 0.9 * width;
                int rgb = ball ? 0xE03020 : post ? 0xE0E0E0 : y > 0.7 * height ? 0x2050A0 : 0x90C0F0;
                for (int channel = 0; channel < 3; channel++) {
                    pixels[(y * width + x) * 3 + channel] = (byte) (rgb >> (16 - 8 * channel));
                }
            }
        }
        return HostTensor.ofBytes(pixels, height, width, 3);
    }

    /** A JPEG whose pixels lie on their side, and whose EXIF says that it is to be turned clockwise to stand upright. */
    static byte[] turnedJpeg(HostTensor upright) {
        byte[] jpeg = ImageWriter.encode(counterClockwise(upright), ImageFormat.JPEG);
        byte[] exif = ByteBuffer.allocate(26)
                .put("MM".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) 6)
                .putShort((short) 0)
                .putInt(0)
                .array();
        byte[] segment = ByteBuffer.allocate(10 + exif.length)
                .putShort((short) 0xFFE1)
                .putShort((short) (8 + exif.length))
                .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
                .put(exif)
                .array();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.writeBytes(segment);
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }

    private static HostTensor counterClockwise(HostTensor picture) {
        int height = (int) picture.size(0);
        int width = (int) picture.size(1);
        byte[] from = picture.bytes();
        byte[] to = new byte[from.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                System.arraycopy(from, (y * width + x) * 3, to, ((width - 1 - x) * height + y) * 3, 3);
            }
        }
        return HostTensor.ofBytes(to, width, height, 3);
    }
}
