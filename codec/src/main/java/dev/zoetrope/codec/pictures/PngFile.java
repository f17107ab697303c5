package dev.zoetrope.codec.pictures;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PNG;

import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.reading.ImageSignature;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** The chunks of a PNG (W3C PNG, third edition, §11). Of an animated one, its still picture. */
final class PngFile {
    /** Text and profiles are compressed: this is the largest that is unpacked. */
    private static final int MOST_UNPACKED = 8 << 20;

    private static final String XMP = "XML:com.adobe.xmp\0";
    private static final int PALETTE = 3;

    private final ByteBuffer file;
    private final List<ByteBuffer> parts = new ArrayList<>();
    private final List<ByteBuffer> pixels = new ArrayList<>();
    private final Upright upright = new Upright();
    private @Nullable ByteBuffer palette;
    private @Nullable ByteBuffer transparency;
    private byte @Nullable [] profile;
    private @Nullable RgbSpace codePoints;
    private double @Nullable [] chromaticities;
    private boolean srgb;
    private double gamma;
    private int width;
    private int height;
    private int bits;
    private int type = -1;

    private PngFile(ByteBuffer file) {
        this.file = file;
    }

    /** @throws MediaRefusedException if it is not whole, or a chunk that must be right is not */
    static PictureFile parse(ByteBuffer file) {
        return new PngFile(file).parse();
    }

    private PictureFile parse() {
        parts.add(file.slice(0, 8));
        boolean ended = false;
        for (int at = 8; !ended; ) {
            if (at + 12 > file.limit()) throw PictureFile.cutShort(ImageFormat.PNG);
            long length = Integer.toUnsignedLong(file.getInt(at));
            if (length > file.limit() - at - 12) throw PictureFile.cutShort(ImageFormat.PNG);
            String name = new String(PictureFile.bytes(file, at + 4, 4), StandardCharsets.ISO_8859_1);
            ended = name.equals("IEND");
            take(name, at, (int) length);
            at += 12 + (int) length;
        }
        if (pixels.isEmpty()) throw PictureFile.damaged("the PNG holds no picture");
        if (palette != null) parts.add(palette);
        if (transparency != null) parts.add(transparency);
        parts.addAll(pixels);
        parts.add(ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 0x42, 0x60, (byte) 0x82}));
        return new PictureFile(
                AV_CODEC_ID_PNG,
                width,
                height,
                parts,
                0,
                (long) width * height * bytesPerPixel(),
                new PictureFile.Frame(0, 0, width, height),
                colours(),
                upright.orientation());
    }

    private int bytesPerPixel() {
        if (type == PALETTE) return 1;
        int channels = ((type & 2) == 0 ? 1 : 3) + ((type & 4) != 0 || transparency != null ? 1 : 0);
        return channels * (bits == 16 ? 2 : 1);
    }

    private void take(String name, int at, int length) {
        ByteBuffer chunk = file.slice(at, length + 12);
        ByteBuffer data = file.slice(at + 8, length);
        boolean critical = Character.isUpperCase(name.charAt(0));
        if (!isWhole(chunk)) {
            if (critical) throw PictureFile.damaged("the PNG's part " + printable(name) + " is damaged");
            return;
        }
        if (type < 0 && !name.equals("IHDR")) throw PictureFile.damaged("the PNG does not begin with its header");
        boolean first = pixels.isEmpty();
        switch (name) {
            case "IHDR" -> header(chunk, data);
            case "PLTE" -> palette = type == PALETTE ? chunk : null;
            // What stands before the palette or after the pixels is not valid there, and left out by libpng too.
            case "tRNS" -> transparency = first && (type == PALETTE ? palette != null : type <= 2) ? chunk : null;
            case "IDAT" -> pixels.add(chunk);
            case "IEND" -> {}
            case "iCCP" -> profile = first ? unpackedProfile(data) : null;
            case "sRGB" -> srgb |= first;
            case "gAMA" -> gamma = first && length == 4 ? data.getInt(0) / 100_000.0 : 0;
            case "cHRM" -> chromaticities = first && length == 32 ? chromaticities(data) : null;
            case "cICP" -> {
                if (first && length == 4) codePoints = RgbSpace.ofCodePoints(data.get(0), data.get(1));
            }
            case "eXIf" -> upright.exif(PictureFile.bytes(data, 0, length));
            case "iTXt" -> text(data);
            default -> {
                if (critical) {
                    throw new MediaRefusedException(
                            Reason.UNSUPPORTED,
                            "expected a PNG of the standard's parts, but this one has a part " + printable(name)
                                    + ": save it anew");
                }
            }
        }
    }

    private void header(ByteBuffer chunk, ByteBuffer data) {
        if (type >= 0 || data.remaining() != 13) throw PictureFile.damaged("the PNG's header is damaged");
        width = data.getInt(0);
        height = data.getInt(4);
        bits = data.get(8);
        type = data.get(9);
        if (type < 0) throw PictureFile.damaged("the PNG's header is damaged");
        parts.add(chunk);
    }

    private PictureColours colours() {
        boolean grey = (type & 2) == 0;
        if (codePoints != null) return PictureColours.of(codePoints);
        if (profile != null) return PictureColours.icc(profile, grey ? 1 : 3);
        // A gamma alone is not applied, as FFmpeg does not: those that differ from sRGB's are mostly meant for old
        // screens.
        if (srgb || gamma <= 0 || chromaticities == null) return PictureColours.SRGB;
        return PictureColours.of(RgbSpace.of(chromaticities, gamma));
    }

    private static double[] chromaticities(ByteBuffer data) {
        double[] values = new double[8];
        for (int i = 0; i < 8; i++) values[i] = data.getInt(4 * i) / 100_000.0;
        return values;
    }

    /** Name, 0, method, deflated data. */
    private static byte @Nullable [] unpackedProfile(ByteBuffer data) {
        for (int at = 0; at < Math.min(80, data.limit() - 2); at++) {
            if (data.get(at) == 0) return inflate(PictureFile.bytes(data, at + 2, data.limit() - at - 2));
        }
        return null;
    }

    /** Keyword, 0, compressed?, method, language, 0, translated keyword, 0, text. */
    private void text(ByteBuffer data) {
        byte[] bytes = PictureFile.bytes(data, 0, data.limit());
        int at = XMP.length();
        if (!ImageSignature.startsWith(bytes, 0, XMP) || bytes.length < at + 4) return;
        boolean packed = bytes[at] != 0;
        at += 2;
        for (int zeros = 0; at < bytes.length && zeros < 2; at++) {
            if (bytes[at] == 0) zeros++;
        }
        byte[] text = java.util.Arrays.copyOfRange(bytes, at, bytes.length);
        byte[] xmp = packed ? inflate(text) : text;
        if (xmp != null) upright.xmp(xmp);
    }

    /** @return null if it is damaged, or too much */
    private static byte @Nullable [] inflate(byte[] packed) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 << 14];
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                if (count == 0 || out.size() + count > MOST_UNPACKED) return null;
                out.write(buffer, 0, count);
            }
            return out.toByteArray();
        } catch (DataFormatException e) {
            return null;
        } finally {
            inflater.end();
        }
    }

    private static boolean isWhole(ByteBuffer chunk) {
        CRC32 crc = new CRC32();
        crc.update(chunk.slice(4, chunk.limit() - 8));
        return (int) crc.getValue() == chunk.getInt(chunk.limit() - 4);
    }

    private static String printable(String name) {
        return name.replaceAll("[^A-Za-z]", "?");
    }
}
