package dev.zoetrope.codec.reading;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Walks the outermost structure of a media file and refuses one that ends before its container says. Demuxers do not: to them the
 * end of a file is the end of the video.
 */
public final class ContainerCheck implements AutoCloseable {
    private static final int EBML = 0x1A45DFA3;
    private static final int SEGMENT = 0x18538067;
    private static final int CLUSTER = 0x1F43B675;
    private static final long UNKNOWN = -1;
    private static final int TRANSPORT_PACKET = 188;
    private static final int TIMED_TRANSPORT_PACKET = 192;
    private static final long MAX_ELEMENTS = 10_000_000;

    private final FileChannel channel;
    private final long length;
    private final ByteBuffer window = ByteBuffer.allocate(1 << 13).limit(0);
    private long windowAt;
    private long at;

    /**
     * Looks at a file.
     *
     * @return whether it is an image format with one picture, a still
     * @throws MediaRefusedException if it is cut short or its structure is broken
     */
    public static boolean isStill(Path file) {
        try (ContainerCheck check = new ContainerCheck(FileChannel.open(file, StandardOpenOption.READ))) {
            return check.walk();
        } catch (IOException e) {
            throw new CodecFailedException("cannot read " + file, e);
        }
    }

    /** Whether a PNG file is an animation: it says so before its first picture (PNG third edition, §11.3.6). */
    public static boolean isAnimatedPng(Path file) {
        try (ContainerCheck check = new ContainerCheck(FileChannel.open(file, StandardOpenOption.READ))) {
            check.at = 8;
            while (check.length - check.at >= 12) {
                long size = check.unsigned(4);
                String type = check.text(4);
                if (type.equals("acTL")) return true;
                if (type.equals("IDAT")) return false;
                check.at += size + 4;
            }
            return false;
        } catch (IOException e) {
            throw new CodecFailedException("cannot read " + file, e);
        }
    }

    private ContainerCheck(FileChannel channel) throws IOException {
        this.channel = channel;
        this.length = channel.size();
    }

    private boolean walk() throws IOException {
        if (length < 16) return false;
        byte[] head = new byte[16];
        for (int i = 0; i < head.length; i++) head[i] = (byte) unsigned(1);
        at = 0;
        if (ImageSignature.startsWith(head, 0, "GIF8")) return gif();
        if (ImageSignature.startsWith(head, 0, "\u0089PNG")) return png();
        if (ImageSignature.startsWith(head, 0, "RIFF") && ImageSignature.startsWith(head, 8, "AVI ")) avi();
        if (ByteBuffer.wrap(head).getInt() == EBML) matroska();
        if (isBox(new String(head, 4, 4, StandardCharsets.ISO_8859_1))) mp4();
        transportStream();
        return false;
    }

    /** ISO/IEC 14496-12 §4.2: boxes tile the file. What stands behind them and is no box is let be. */
    private void mp4() throws IOException {
        boolean index = false;
        while (length - at >= 8) {
            long from = at;
            long size = unsigned(4);
            String type = text(4);
            if (size == 1) size = length - at >= 8 ? unsigned(8) : Long.MAX_VALUE;
            if (size == 0) size = length - from;
            if (size > length - from && isBox(type)) throw cutShort(type, size, length - from);
            if (size < 8 || size > length - from) break;
            index |= type.equals("moov") || type.equals("moof");
            at = from + size;
        }
        if (!index) {
            throw new MediaRefusedException(
                    Reason.DAMAGED,
                    "the file has no index (moov): its recording was not finished, or its end is missing");
        }
    }

    private static boolean isBox(String type) {
        return switch (type) {
            case "ftyp",
                    "moov",
                    "moof",
                    "mdat",
                    "free",
                    "skip",
                    "wide",
                    "mfra",
                    "sidx",
                    "styp",
                    "uuid",
                    "pnot",
                    "meta",
                    "emsg",
                    "prft",
                    "ssix",
                    "udta" -> true;
            default -> false;
        };
    }

    /** RFC 8794: elements of a segment and of its clusters stand one behind the other; both may leave their size open. */
    private void matroska() throws IOException {
        long clusterEnd = Long.MAX_VALUE;
        long segmentEnd = length;
        for (long elements = 0; at < segmentEnd && elements < MAX_ELEMENTS; elements++) {
            int id = (int) elementId();
            long size = elementSize();
            if (id == SEGMENT) {
                if (size != UNKNOWN && size > length - at) throw cutShort("Segment", size, length - at);
                segmentEnd = size == UNKNOWN ? length : at + size;
                continue;
            }
            if (size == UNKNOWN && id != CLUSTER) throw damagedAt(at);
            if (size != UNKNOWN && size > length - at) throw cutShort("an element", size, length - at);
            if (at >= clusterEnd) clusterEnd = Long.MAX_VALUE;
            if (id == CLUSTER) {
                clusterEnd = size == UNKNOWN ? Long.MAX_VALUE : at + size;
            } else {
                at += size;
                if (at > clusterEnd && clusterEnd != Long.MAX_VALUE) throw damagedAt(at);
            }
        }
    }

    private long elementId() throws IOException {
        int first = (int) unsigned(1);
        int bytes = Integer.numberOfLeadingZeros(first) - 23;
        if (bytes > 4) throw damagedAt(at - 1);
        return bytes == 1 ? first : ((long) first << (8 * (bytes - 1))) | unsigned(bytes - 1);
    }

    private long elementSize() throws IOException {
        int first = (int) unsigned(1);
        int bytes = Integer.numberOfLeadingZeros(first) - 23;
        if (bytes > 8) throw damagedAt(at - 1);
        long mask = (1L << (7 * bytes)) - 1;
        long size = (((long) first << (8 * (bytes - 1))) | (bytes == 1 ? 0 : unsigned(bytes - 1))) & mask;
        return size == mask ? UNKNOWN : size;
    }

    /** A recorder that was stopped hard has left 0 or nonsense for the size; the demuxer finds pictures without it. */
    private void avi() throws IOException {
        while (length - at >= 12 && text(4).equals("RIFF")) {
            long size = Integer.toUnsignedLong(Integer.reverseBytes((int) unsigned(4)));
            if (size == 0 || size >= 0xffff_fff0L) return;
            if (size > length - at) throw cutShort("RIFF", size, length - at);
            at += size + (size & 1);
        }
    }

    /** @return whether it has one picture */
    private boolean gif() throws IOException {
        at = 10;
        skipColours((int) unsigned(1));
        at += 2;
        int pictures = 0;
        while (at < length) {
            int block = (int) unsigned(1);
            if (block == 0x21) {
                at++;
            } else if (block == 0x2C) {
                at += 8;
                skipColours((int) unsigned(1));
                at++;
                pictures++;
            } else {
                break;
            }
            for (long bytes; (bytes = unsigned(1)) != 0; ) {
                at += bytes;
                if (at > length) throw cutShort("a block", bytes, length - at + bytes);
            }
        }
        return pictures == 1;
    }

    private void skipColours(int flags) {
        if ((flags & 0x80) != 0) at += 3L << ((flags & 7) + 1);
    }

    /** @return whether it has one picture */
    private boolean png() throws IOException {
        at = 8;
        long pictures = 1;
        while (true) {
            long size = unsigned(4);
            String type = text(4);
            if (type.equals("IEND")) return pictures <= 1;
            if (type.equals("acTL")) {
                pictures = unsigned(4);
                at -= 4;
            }
            if (size + 4 > length - at) throw cutShort(type, size, length - at);
            at += size + 4;
        }
    }

    private void transportStream() throws IOException {
        for (int packet : new int[] {TRANSPORT_PACKET, TIMED_TRANSPORT_PACKET}) {
            int lead = packet - TRANSPORT_PACKET;
            if (length < 3L * packet) continue;
            boolean synchronised = true;
            for (int i = 0; i < 3; i++) {
                at = (long) i * packet + lead;
                synchronised &= unsigned(1) == 0x47;
            }
            if (synchronised && length % packet != 0) throw cutShort("a packet", packet, length % packet);
        }
    }

    private static MediaRefusedException cutShort(String what, long size, long left) {
        return new MediaRefusedException(
                Reason.DAMAGED,
                "the file is cut short: " + what + " has " + size + " bytes, but only " + left + " are left");
    }

    private static MediaRefusedException damagedAt(long position) {
        return new MediaRefusedException(
                Reason.DAMAGED, "the file is damaged: at byte " + position + " stands nothing that its container has");
    }

    private String text(int bytes) throws IOException {
        byte[] text = new byte[bytes];
        for (int i = 0; i < bytes; i++) text[i] = (byte) unsigned(1);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private long unsigned(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) value = (value << 8) | next();
        return value;
    }

    private int next() throws IOException {
        if (at >= length) {
            throw new MediaRefusedException(
                    Reason.DAMAGED, "the file is cut short: it ends after " + length + " bytes");
        }
        if (at < windowAt || at >= windowAt + window.limit()) {
            windowAt = at;
            window.clear();
            if (channel.read(window, at) <= 0) throw new IOException("the file became shorter while it was read");
            window.flip();
        }
        return window.get((int) (at++ - windowAt)) & 0xff;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
