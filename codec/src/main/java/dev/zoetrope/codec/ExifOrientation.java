package dev.zoetrope.codec;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.jpeg.JpegProcessingException;
import com.drew.lang.ByteArrayReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Finds how a picture is to be turned in the EXIF data of its file. */
final class ExifOrientation {
    private ExifOrientation() {}

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
            return tag == null ? Orientation.UPRIGHT : Orientation.ofTag(tag);
        } catch (IOException | JpegProcessingException | RuntimeException e) {
            return Orientation.UPRIGHT;
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
