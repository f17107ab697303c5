package dev.zoetrope.codec;

import dev.zoetrope.codec.MediaRefusedException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Tells a picture's format by its first bytes, whatever its sender calls it. */
final class ImageSignature {
    private ImageSignature() {}

    /** @throws MediaRefusedException if it is none of the formats that are read */
    static ImageFormat of(byte[] file) {
        return find(file)
                .orElseThrow(() -> new MediaRefusedException(
                        Reason.UNSUPPORTED,
                        "expected a picture in JPEG, PNG, WebP or GIF, but the data is none of these"));
    }

    static Optional<ImageFormat> find(byte[] file) {
        if (startsWith(file, 0, "\u00ff\u00d8\u00ff")) return Optional.of(ImageFormat.JPEG);
        if (startsWith(file, 0, "\u0089PNG\r\n\u001a\n")) return Optional.of(ImageFormat.PNG);
        if (startsWith(file, 0, "RIFF") && startsWith(file, 8, "WEBP")) return Optional.of(ImageFormat.WEBP);
        if (startsWith(file, 0, "GIF87a") || startsWith(file, 0, "GIF89a")) return Optional.of(ImageFormat.GIF);
        return Optional.empty();
    }

    static boolean startsWith(byte[] file, int at, String signature) {
        byte[] bytes = signature.getBytes(StandardCharsets.ISO_8859_1);
        if (file.length < at + bytes.length) return false;
        for (int i = 0; i < bytes.length; i++) {
            if (file[at + i] != bytes[i]) return false;
        }
        return true;
    }
}
