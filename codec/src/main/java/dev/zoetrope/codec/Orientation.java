package dev.zoetrope.codec;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import dev.zoetrope.tensors.HostTensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * How a stored picture is to be turned to stand upright, by its EXIF tag (0x0112).
 *
 * @param mirrored whether it is mirrored left to right before it is turned
 * @param clockwise by how much it is then turned: 0, 90, 180 or 270
 */
record Orientation(boolean mirrored, int clockwise) {
    static final Orientation UPRIGHT = new Orientation(false, 0);

    static Orientation turned(int clockwise) {
        return new Orientation(false, clockwise);
    }

    /** A picture without a readable tag stands as it is: EXIF is advice, not content. */
    static Orientation of(byte[] file, ImageFormat format) {
        try {
            Metadata metadata = new Metadata();
            switch (format) {
                case JPEG ->
                    metadata =
                            JpegMetadataReader.readMetadata(new ByteArrayInputStream(file), List.of(new ExifReader()));
                case PNG -> readChunk(file, 8, ByteOrder.BIG_ENDIAN, "eXIf", metadata);
                case WEBP -> readChunk(file, 12, ByteOrder.LITTLE_ENDIAN, "EXIF", metadata);
                case GIF -> {}
            }
            ExifIFD0Directory directory = metadata.getFirstDirectoryOfType(ExifIFD0Directory.class);
            Integer tag = directory == null ? null : directory.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
            return tag == null ? UPRIGHT : ofTag(tag);
        } catch (IOException | JpegProcessingException | RuntimeException e) {
            return UPRIGHT;
        }
    }

    static Orientation ofTag(int tag) {
        return switch (tag) {
            case 2 -> new Orientation(true, 0);
            case 3 -> new Orientation(false, 180);
            case 4 -> new Orientation(true, 180);
            case 5 -> new Orientation(true, 270);
            case 6 -> new Orientation(false, 90);
            case 7 -> new Orientation(true, 90);
            case 8 -> new Orientation(false, 270);
            default -> UPRIGHT;
        };
    }

    boolean swapsSides() {
        return clockwise == 90 || clockwise == 270;
    }

    /** @param picture {@code U8 [H, W, 3]} */
    HostTensor upright(HostTensor picture) {
        if (equals(UPRIGHT)) return picture;
        int height = (int) picture.size(0);
        int width = (int) picture.size(1);
        byte[] turned = new byte[height * width * 3];
        turn(picture.bytes(), width, height, turned);
        return swapsSides()
                ? HostTensor.ofBytes(turned, width, height, 3)
                : HostTensor.ofBytes(turned, height, width, 3);
    }

    /** Turns packed RGB of {@code width} and {@code height} before turning. */
    void turn(byte[] stored, int width, int height, byte[] upright) {
        int uprightWidth = swapsSides() ? height : width;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int left = mirrored ? width - 1 - x : x;
                int to =
                        switch (clockwise) {
                            case 90 -> left * uprightWidth + height - 1 - y;
                            case 180 -> (height - 1 - y) * uprightWidth + width - 1 - left;
                            case 270 -> (width - 1 - left) * uprightWidth + y;
                            default -> y * uprightWidth + left;
                        };
                System.arraycopy(stored, (y * width + x) * 3, upright, to * 3, 3);
            }
        }
    }

    /** PNG: length, name, data, check sum. RIFF: name, length, data, padded to even. */
    private static void readChunk(byte[] file, int start, ByteOrder order, String name, Metadata metadata) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(order);
        boolean png = order == ByteOrder.BIG_ENDIAN;
        long at = start;
        while (at + 8 <= file.length) {
            long length = Integer.toUnsignedLong(bytes.getInt((int) at + (png ? 0 : 4)));
            if (length > file.length - at - 8) return;
            if (ImageSignature.startsWith(file, (int) at + (png ? 4 : 0), name)) {
                byte[] exif = new byte[(int) length];
                bytes.get((int) at + 8, exif);
                int tiff = ImageSignature.startsWith(exif, 0, "Exif\0\0") ? 6 : 0;
                new ExifReader().extract(new ByteArrayReader(exif, tiff), metadata, 0);
                return;
            }
            at += 8 + length + (png ? 4 : length & 1);
        }
    }
}
