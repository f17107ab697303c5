package dev.zoetrope.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** PNGs of any form, for tests. */
public final class PngBytes {
    public static final int GREY = 0;
    public static final int RGB = 2;
    public static final int GREY_ALPHA = 4;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public PngBytes(int width, int height, int bits, int type) {
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        with("IHDR", header.put((byte) bits).put((byte) type).array());
    }

    public PngBytes with(String name, byte... data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length);
        chunk.put(name.getBytes(StandardCharsets.US_ASCII)).put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + data.length);
        out.writeBytes(chunk.putInt((int) crc.getValue()).array());
        return this;
    }

    public PngBytes withNumbers(String name, int... numbers) {
        ByteBuffer data = ByteBuffer.allocate(4 * numbers.length);
        for (int number : numbers) data.putInt(number);
        return with(name, data.array());
    }

    /** @param unfiltered of one row; all are alike */
    public byte[] file(int height, byte... unfiltered) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int y = 0; y < height; y++) {
            all.write(0);
            all.writeBytes(unfiltered);
        }
        return with("IDAT", deflated(all.toByteArray())).with("IEND").out.toByteArray();
    }

    public static byte[] deflated(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
            deflater.write(plain);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
