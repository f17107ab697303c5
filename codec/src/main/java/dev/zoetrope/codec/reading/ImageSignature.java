package dev.zoetrope.codec.reading;

import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tells a picture's format by its first bytes, whatever its sender calls it. */
public final class ImageSignature {
    /** So many bytes tell. */
    public static final int BYTES = 512;

    private static final String READ = "JPEG, PNG, WebP, HEIC, AVIF or GIF";
    private static final String EXPORT = "export it as JPEG or PNG";
    private static final String FRAME = "save one of its frames as JPEG or PNG";

    /** What else people send. {@code at} is where the signature stands. */
    private record Foreign(int at, String signature, String name, String advice) {}

    private static final List<Foreign> FOREIGN = List.of(
            new Foreign(8, "CR", "a raw photo (CR2)", EXPORT),
            new Foreign(0, "II*\0", "a TIFF or a raw photo (DNG, NEF, ARW)", EXPORT),
            new Foreign(0, "MM\0*", "a TIFF or a raw photo (DNG, NEF, ARW)", EXPORT),
            new Foreign(0, "II+\0", "a TIFF", EXPORT),
            new Foreign(0, "MM\0+", "a TIFF", EXPORT),
            new Foreign(0, "IIU\0", "a raw photo (RW2)", EXPORT),
            new Foreign(0, "IIRO", "a raw photo (ORF)", EXPORT),
            new Foreign(0, "FUJIFILMCCD-RAW", "a raw photo (RAF)", EXPORT),
            new Foreign(4, "ftypcrx ", "a raw photo (CR3)", EXPORT),
            new Foreign(0, "BM", "a BMP", "save it as PNG"),
            new Foreign(0, "\u00ff\n", "a JPEG XL", EXPORT),
            new Foreign(4, "JXL \r\n", "a JPEG XL", EXPORT),
            new Foreign(4, "jP  \r\n", "a JPEG 2000", EXPORT),
            new Foreign(0, "\u00ffO\u00ffQ", "a JPEG 2000", EXPORT),
            new Foreign(0, "%PDF", "a PDF", "export the page as PNG"),
            new Foreign(0, "8BPS", "a Photoshop document", EXPORT),
            new Foreign(0, "gimp xcf", "a GIMP document", EXPORT),
            new Foreign(0, "\0\0\1\0", "an icon (ICO)", "save it as PNG"),
            new Foreign(0, "PK\3\4", "a ZIP archive", "unpack it and send the picture"),
            new Foreign(4, "ftyp", "a video (MP4, MOV)", FRAME),
            new Foreign(4, "moov", "a video (MP4, MOV)", FRAME),
            new Foreign(0, "\u001aE\u00df\u00a3", "a video (WebM, Matroska)", FRAME),
            new Foreign(8, "AVI ", "a video (AVI)", FRAME));

    private static final List<String> HEIC_BRANDS = List.of("heic", "heix", "heim", "heis", "hevc", "hevx");
    private static final List<String> HEIF_BRANDS = List.of("mif1", "mif2", "msf1", "miaf");
    private static final List<String> AVIF_BRANDS = List.of("avif", "avis");

    private ImageSignature() {}

    /** @throws MediaRefusedException if it is none of the formats that are read; it says what it is, if that is known */
    public static ImageFormat of(byte[] head) {
        return find(head)
                .orElseThrow(() -> new MediaRefusedException(
                        Reason.UNSUPPORTED, "expected a picture in " + READ + ", but " + whatElse(head)));
    }

    public static Optional<ImageFormat> find(byte[] head) {
        if (startsWith(head, 0, "\u00ff\u00d8\u00ff")) return Optional.of(ImageFormat.JPEG);
        if (startsWith(head, 0, "\u0089PNG\r\n\u001a\n")) return Optional.of(ImageFormat.PNG);
        if (startsWith(head, 0, "RIFF") && startsWith(head, 8, "WEBP")) return Optional.of(ImageFormat.WEBP);
        if (startsWith(head, 0, "GIF87a") || startsWith(head, 0, "GIF89a")) return Optional.of(ImageFormat.GIF);
        if (hasBrand(head, AVIF_BRANDS)) return Optional.of(ImageFormat.AVIF);
        if (hasBrand(head, HEIC_BRANDS)) return Optional.of(ImageFormat.HEIC);
        return Optional.empty();
    }

    private static String whatElse(byte[] head) {
        if (head.length == 0) return "the file is empty";
        if (hasBrand(head, HEIF_BRANDS)) return "this is in another form of HEIF: " + EXPORT;
        for (Foreign other : FOREIGN) {
            if (startsWith(head, other.at, other.signature)) {
                return "this is " + other.name + ": " + other.advice;
            }
        }
        String text = new String(head, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        if (text.contains("<svg")) return "this is an SVG: export it as PNG";
        if (text.contains("<!doctype html") || text.contains("<html")) {
            return "this is a web page: give the address of the picture itself";
        }
        return "the data is none of these";
    }

    /** ISO/IEC 14496-12 §4.3: the box {@code ftyp} holds a major brand, a version, and the brands that the file agrees with. */
    private static boolean hasBrand(byte[] head, List<String> brands) {
        if (!startsWith(head, 4, "ftyp")) return false;
        int size = (head[2] & 0xff) << 8 | head[3] & 0xff;
        for (int at = 8; at + 4 <= Math.min(size, head.length); at += 4) {
            if (at != 12 && brands.contains(new String(head, at, 4, StandardCharsets.ISO_8859_1))) return true;
        }
        return false;
    }

    public static boolean startsWith(byte[] file, int at, String signature) {
        byte[] bytes = signature.getBytes(StandardCharsets.ISO_8859_1);
        if (file.length < at + bytes.length) return false;
        for (int i = 0; i < bytes.length; i++) {
            if (file[at + i] != bytes[i]) return false;
        }
        return true;
    }
}
