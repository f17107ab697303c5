package dev.zoetrope.codec.writing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Chunks of a PNG (ISO/IEC 15948 §5.3) that libav does not write. */
final class PngChunks {
    private static final int AFTER_HEADER = 8 + 12 + 13;

    private PngChunks() {}

    /** Adds XMP where its specification wants it: uncompressed, as international text with this keyword. */
    static byte[] withXmp(byte[] png, String xmp) {
        byte[] text = ("XML:com.adobe.xmp\0\0\0\0\0" + xmp).getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(png.length + 12 + text.length);
        file.put(png, 0, AFTER_HEADER);
        file.putInt(text.length);
        int checked = file.position();
        file.put("iTXt".getBytes(StandardCharsets.US_ASCII)).put(text);
        CRC32 crc = new CRC32();
        crc.update(file.array(), checked, 4 + text.length);
        file.putInt((int) crc.getValue());
        file.put(png, AFTER_HEADER, png.length - AFTER_HEADER);
        return file.array();
    }
}
