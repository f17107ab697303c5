package dev.zoetrope.codec.pictures;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_WEBP;

import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.MediaRefusedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The chunks of a WebP (RFC 9649 §2). Of an animated one, its first picture. */
final class WebpFile {
    private static final int ALPHA_FLAG = 0x10;
    private static final int LOSSLESS_SIGNATURE = 0x2f;

    private final ByteBuffer file;
    private final Upright upright = new Upright();
    private PictureFile.@Nullable Frame canvas;
    private PictureFile.@Nullable Frame frame;
    private @Nullable ByteBuffer alpha;
    private @Nullable ByteBuffer lossy;
    private @Nullable ByteBuffer lossless;
    private byte @Nullable [] profile;

    private WebpFile(ByteBuffer file) {
        this.file = file.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** @throws MediaRefusedException if it is not whole */
    static PictureFile parse(ByteBuffer file) {
        return new WebpFile(file).parse();
    }

    private PictureFile parse() {
        long end = Integer.toUnsignedLong(file.getInt(4)) + 8;
        if (end > file.limit()) throw PictureFile.cutShort(ImageFormat.WEBP);
        chunks(12, (int) end);
        PictureFile.Frame coded = codedSize();
        PictureFile.Frame whole = canvas == null ? coded : canvas;
        PictureFile.Frame at = frame == null ? coded : frame;
        if (at.width() != coded.width() || at.height() != coded.height()) {
            throw PictureFile.damaged("the WebP's sizes contradict each other");
        }
        if (frame == null && (whole.width() != coded.width() || whole.height() != coded.height())) {
            throw PictureFile.damaged("the WebP's sizes contradict each other");
        }
        if (at.x() + at.width() > whole.width() || at.y() + at.height() > whole.height()) {
            throw PictureFile.damaged("the WebP's first picture stands out of it");
        }
        long pixels = (long) coded.width() * coded.height();
        // An alpha channel may be coded as a lossless picture, which is held while it is decoded.
        return new PictureFile(
                AV_CODEC_ID_WEBP,
                whole.width(),
                whole.height(),
                parts(coded),
                lossy != null && alpha != null ? 4 * pixels : 0,
                lossless != null ? 4 * pixels : (alpha == null ? 3 : 5) * pixels / 2,
                at,
                PictureColours.icc(profile, 3),
                upright.orientation());
    }

    private void chunks(int from, int end) {
        for (int at = from; at + 8 <= end; ) {
            String name = new String(PictureFile.bytes(file, at, 4), StandardCharsets.ISO_8859_1);
            long length = Integer.toUnsignedLong(file.getInt(at + 4));
            if (length > end - at - 8) throw PictureFile.cutShort(ImageFormat.WEBP);
            take(name, at, (int) length);
            at += 8 + (int) length + (int) (length & 1);
        }
    }

    private void take(String name, int at, int length) {
        ByteBuffer chunk = file.slice(at, length + 8).order(ByteOrder.LITTLE_ENDIAN);
        boolean seen = lossy != null || lossless != null;
        switch (name) {
            case "VP8X" -> {
                if (length >= 10) canvas = new PictureFile.Frame(0, 0, three(chunk, 12) + 1, three(chunk, 15) + 1);
            }
            case "ANMF" -> {
                if (frame != null || seen || length < 16) return;
                frame = new PictureFile.Frame(
                        2 * three(chunk, 8), 2 * three(chunk, 11), three(chunk, 14) + 1, three(chunk, 17) + 1);
                chunks(at + 24, at + 8 + length);
            }
            case "ALPH" -> alpha = seen ? alpha : chunk;
            case "VP8 " -> lossy = seen ? lossy : chunk;
            case "VP8L" -> lossless = seen ? lossless : chunk;
            case "ICCP" -> profile = profile == null ? PictureFile.bytes(chunk, 8, length) : profile;
            case "EXIF" -> upright.exif(PictureFile.bytes(chunk, 8, length));
            case "XMP " -> upright.xmp(PictureFile.bytes(chunk, 8, length));
            default -> {}
        }
    }

    private PictureFile.Frame codedSize() {
        if (lossless != null && lossless.limit() >= 13 && lossless.get(8) == LOSSLESS_SIGNATURE) {
            int sizes = lossless.getInt(9);
            return new PictureFile.Frame(0, 0, (sizes & 0x3fff) + 1, (sizes >> 14 & 0x3fff) + 1);
        }
        if (lossy != null && lossy.limit() >= 18 && (lossy.get(8) & 1) == 0) {
            return new PictureFile.Frame(0, 0, lossy.getShort(14) & 0x3fff, lossy.getShort(16) & 0x3fff);
        }
        throw PictureFile.damaged("the WebP holds no picture");
    }

    private List<ByteBuffer> parts(PictureFile.Frame coded) {
        List<ByteBuffer> chunks = new ArrayList<>();
        if (lossy != null && alpha != null) chunks.add(extended(coded));
        if (lossy != null && alpha != null) chunks.add(padded(alpha));
        chunks.add(padded(lossy != null ? lossy : java.util.Objects.requireNonNull(lossless)));
        int bytes = chunks.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer head = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        head.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(4 + bytes);
        head.put("WEBP".getBytes(StandardCharsets.US_ASCII)).flip();
        chunks.add(0, head);
        return chunks;
    }

    private static ByteBuffer extended(PictureFile.Frame coded) {
        ByteBuffer chunk = ByteBuffer.allocate(18).order(ByteOrder.LITTLE_ENDIAN);
        chunk.put("VP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).putInt(ALPHA_FLAG);
        putThree(chunk, coded.width() - 1);
        putThree(chunk, coded.height() - 1);
        return chunk.flip();
    }

    private static ByteBuffer padded(ByteBuffer chunk) {
        if (chunk.limit() % 2 == 0) return chunk;
        return ByteBuffer.allocate(chunk.limit() + 1).put(chunk.slice()).rewind();
    }

    private static int three(ByteBuffer bytes, int at) {
        return bytes.getShort(at) & 0xffff | (bytes.get(at + 2) & 0xff) << 16;
    }

    private static void putThree(ByteBuffer bytes, int value) {
        bytes.putShort((short) value).put((byte) (value >> 16));
    }
}
