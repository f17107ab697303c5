package dev.zoetrope.codec.pictures;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;

import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The marker segments of a JPEG (ITU-T T.81 annex B), up to the end of its first picture. */
final class JpegFile {
    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;
    private static final int SOS = 0xDA;
    private static final int PROGRESSIVE = 0xC2;
    private static final int APP0 = 0xE0;
    private static final int APP1 = 0xE1;
    private static final int APP2 = 0xE2;
    private static final int APP14 = 0xEE;
    private static final int COMMENT = 0xFE;
    private static final String EXIF = "Exif\0\0";
    private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";
    private static final String ICC = "ICC_PROFILE\0";
    private static final int ADOBE_RGB_OR_CMYK = 0;
    private static final int ADOBE_YCCK = 2;

    private final ByteBuffer file;
    private final List<ByteBuffer> parts = new ArrayList<>();
    private final TreeMap<Integer, byte[]> profile = new TreeMap<>();
    private final Upright upright = new Upright();
    private final byte[] names = new byte[4];
    private @Nullable ByteBuffer adobe;
    private boolean jfif;
    private boolean scanned;
    private int profileParts;
    private int frame;
    private int width;
    private int height;
    private int components;
    private int samplesPerPixelTimes64;

    private JpegFile(ByteBuffer file) {
        this.file = file;
    }

    /** @throws MediaRefusedException if it is no JPEG of 8 bits in Huffman coding, or not whole */
    static PictureFile parse(ByteBuffer file) {
        return new JpegFile(file).parse();
    }

    private PictureFile parse() {
        parts.add(file.slice(0, 2));
        for (int at = 2; ; ) {
            at = markerFrom(at);
            int marker = unsigned(at);
            at++;
            if (marker == EOI) break;
            if (marker == SOI || marker == 1 || (marker >= 0xD0 && marker <= 0xD7)) continue;
            int length = at + 2 <= file.limit() ? file.getShort(at) & 0xffff : 0;
            if (length < 2 || at + length > file.limit()) throw PictureFile.cutShort(ImageFormat.JPEG);
            take(marker, at + 2, length - 2);
            at += length;
            if (marker == SOS) {
                int end = markerAfterScan(at);
                parts.add(file.slice(at, end - at));
                at = end;
                scanned = true;
            }
        }
        if (!scanned || frame == 0) throw PictureFile.damaged("the JPEG holds no picture");
        parts.add(ByteBuffer.wrap(new byte[] {(byte) 0xFF, (byte) EOI}));
        long samples = (long) width * height * samplesPerPixelTimes64 / 64;
        return new PictureFile(
                AV_CODEC_ID_MJPEG,
                width,
                height,
                parts,
                frame == PROGRESSIVE ? 2 * samples : 0,
                samples,
                new PictureFile.Frame(0, 0, width, height),
                colours(),
                upright.orientation());
    }

    private void take(int marker, int at, int length) {
        switch (marker) {
            case APP0 -> jfif |= starts(at, length, "JFIF\0");
            case APP1 -> {
                if (starts(at, length, EXIF)) {
                    upright.exif(PictureFile.bytes(file, at + EXIF.length(), length - EXIF.length()));
                } else if (starts(at, length, XMP)) {
                    upright.xmp(PictureFile.bytes(file, at + XMP.length(), length - XMP.length()));
                }
            }
            case APP2 -> {
                int head = ICC.length() + 2;
                if (starts(at, length, ICC) && length > head) {
                    profileParts = unsigned(at + head - 1);
                    profile.put(unsigned(at + head - 2), PictureFile.bytes(file, at + head, length - head));
                }
            }
            case APP14 -> {
                if (starts(at, length, "Adobe") && length >= 12) adobe = file.slice(at - 4, length + 4);
            }
            default -> {
                if (marker > APP0 && marker <= 0xEF || marker == COMMENT) return;
                if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
                    header(marker, at, length);
                }
                if (marker == SOS && frame == 0) throw PictureFile.damaged("the JPEG's pixels come before its header");
                if (marker == SOS && !scanned) keepAdobe();
                ByteBuffer segment = file.slice(at - 4, length + 4);
                boolean header = marker == frame && components == 4;
                boolean scan = marker == SOS && components == 4;
                parts.add(header ? named(segment, 9, 3, true) : scan ? named(segment, 4, 2, false) : segment);
            }
        }
    }

    private void header(int marker, int at, int length) {
        if (frame != 0) throw PictureFile.damaged("the JPEG has two headers");
        if (length < 6) throw PictureFile.cutShort(ImageFormat.JPEG);
        int bits = unsigned(at);
        if (marker == 0xC3) throw unlike("is lossless");
        if (marker >= 0xC9) throw unlike("is in arithmetic coding");
        if (marker > PROGRESSIVE) throw unlike("is hierarchical");
        if (bits != 8) throw unlike("has " + bits + " bits a sample");
        frame = marker;
        height = file.getShort(at + 1) & 0xffff;
        width = file.getShort(at + 3) & 0xffff;
        components = unsigned(at + 5);
        if (components != 1 && components != 3 && components != 4) throw unlike("has " + components + " components");
        if (length < 6 + 3 * components) throw PictureFile.cutShort(ImageFormat.JPEG);
        int widest = 1;
        int highest = 1;
        int area = 0;
        for (int i = 0; i < components; i++) {
            int sampling = unsigned(at + 7 + 3 * i);
            int across = sampling >> 4;
            int down = sampling & 15;
            if (across < 1 || across > 4 || down < 1 || down > 4)
                throw PictureFile.damaged("the JPEG's sampling is none");
            widest = Math.max(widest, across);
            highest = Math.max(highest, down);
            area += across * down;
        }
        samplesPerPixelTimes64 = components == 1 ? 64 : 64 * area / (widest * highest);
    }

    /**
     * With the numbers 1 to 4 as the names of inks: libav takes letters for red, green and blue.
     *
     * @param at where the count of components is, behind which they stand, {@code step} bytes each
     */
    private ByteBuffer named(ByteBuffer segment, int at, int step, boolean header) {
        ByteBuffer copy =
                ByteBuffer.allocate(segment.limit()).put(segment.slice()).rewind();
        int count = copy.get(at);
        if (at + 1 + count * step > copy.limit()) throw PictureFile.damaged("the JPEG's header is damaged");
        for (int i = 0; i < count; i++) {
            int name = at + 1 + i * step;
            if (header) {
                names[i] = copy.get(name);
                copy.put(name, (byte) (i + 1));
            } else {
                copy.put(name, (byte) (indexOf(copy.get(name)) + 1));
            }
        }
        return copy;
    }

    private int indexOf(byte name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i] == name) return i;
        }
        throw PictureFile.damaged("the JPEG's pixels are of a colour that its header does not name");
    }

    private static MediaRefusedException unlike(String what) {
        return new MediaRefusedException(
                Reason.UNSUPPORTED,
                "expected a JPEG of 8 bits in Huffman coding, but this one " + what + ": save it anew as JPEG or PNG");
    }

    /** As libjpeg has it: JFIF means YCbCr whatever else is said. Inks are unpacked here, not by the decoder. */
    private void keepAdobe() {
        if (adobe != null && components == 3 && !jfif) parts.add(adobe);
    }

    private PictureColours colours() {
        byte[] icc = profile();
        if (components != 4) return PictureColours.icc(icc, components);
        int transform = adobe == null ? ADOBE_RGB_OR_CMYK : adobe.get(15);
        return PictureColours.inks(icc, transform == ADOBE_YCCK);
    }

    private byte @Nullable [] profile() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int i = 1; i <= profileParts; i++) {
            byte[] part = profile.get(i);
            if (part == null) return null;
            whole.writeBytes(part);
        }
        return whole.size() == 0 ? null : whole.toByteArray();
    }

    /** Where the next marker's second byte is; what does not belong before it is skipped, as libjpeg does. */
    private int markerFrom(int at) {
        for (int i = at; i + 1 < file.limit(); i++) {
            int next = unsigned(i + 1);
            if (unsigned(i) == 0xFF && next != 0xFF && next != 0) return i + 1;
        }
        throw PictureFile.cutShort(ImageFormat.JPEG);
    }

    private int markerAfterScan(int at) {
        for (int i = at; i + 1 < file.limit(); i++) {
            if (file.get(i) != (byte) 0xFF) continue;
            int next = unsigned(i + 1);
            if (next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7)) return i;
        }
        throw PictureFile.cutShort(ImageFormat.JPEG);
    }

    private boolean starts(int at, int length, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (length < bytes.length) return false;
        return file.slice(at, bytes.length).equals(ByteBuffer.wrap(bytes));
    }

    private int unsigned(int at) {
        return file.get(at) & 0xff;
    }
}
