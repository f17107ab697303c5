package dev.zoetrope.codec.pictures;

import dev.zoetrope.codec.Orientation;
import dev.zoetrope.codec.reading.ImageSignature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a picture is to be turned, from the EXIF and XMP beside it. What cannot be read says nothing: it is advice, not content. */
final class Upright {
    private static final int ORIENTATION = 0x0112;
    private static final int SHORT = 3;
    private static final Pattern XMP_ORIENTATION =
            Pattern.compile("tiff:Orientation\\s*(?:=\\s*[\"']|>)\\s*([1-8])\\s*(?:[\"']|<)");

    private int exifTag;
    private int xmpTag;

    /** EXIF goes before XMP; the first of several that says something counts. */
    Orientation orientation() {
        return Orientation.ofTag(exifTag != 0 ? exifTag : xmpTag);
    }

    /** @param block a TIFF header and its first directory (TIFF 6.0 §2), perhaps behind {@code Exif\0\0} */
    void exif(byte[] block) {
        if (exifTag != 0) return;
        int start = ImageSignature.startsWith(block, 0, "Exif\0\0") ? 6 : 0;
        ByteBuffer tiff = ByteBuffer.wrap(block, start, block.length - start).slice();
        if (tiff.limit() < 8) return;
        if (ImageSignature.startsWith(block, start, "II")) {
            tiff.order(ByteOrder.LITTLE_ENDIAN);
        } else if (!ImageSignature.startsWith(block, start, "MM")) {
            return;
        }
        long directory = Integer.toUnsignedLong(tiff.getInt(4));
        if (directory + 2 > tiff.limit()) return;
        int entries = tiff.getShort((int) directory) & 0xffff;
        for (long at = directory + 2; entries-- > 0 && at + 12 <= tiff.limit(); at += 12) {
            boolean one = tiff.getShort((int) at + 2) == SHORT && tiff.getInt((int) at + 4) == 1;
            if (tiff.getShort((int) at) == ORIENTATION && one) {
                int tag = tiff.getShort((int) at + 8);
                exifTag = tag >= 1 && tag <= 8 ? tag : 0;
                return;
            }
        }
    }

    /** @param packet the XML */
    void xmp(byte[] packet) {
        Matcher found = XMP_ORIENTATION.matcher(new String(packet, StandardCharsets.ISO_8859_1));
        if (xmpTag == 0 && found.find()) xmpTag = Integer.parseInt(found.group(1));
    }
}
