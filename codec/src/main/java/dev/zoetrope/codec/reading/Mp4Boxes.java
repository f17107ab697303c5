package dev.zoetrope.codec.reading;

import dev.zoetrope.codec.CodecFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The top-level boxes of an MP4 (ISO/IEC 14496-12 §4.2). */
public final class Mp4Boxes {
    private static final int MAX_BOXES = 100_000;
    private static final int MAX_XMP_BYTES = 1 << 20;
    private static final int MOOF = 0x6d6f6f66;
    private static final int TRAF = 0x74726166;
    private static final int TFDT = 0x74666474;

    /** The box type of XMP in MP4: BE7ACFCB-97A9-42E8-9C71-999491E3AFAC (XMP part 3, §1.1.5). */
    private static final byte[] XMP_UUID = {
        (byte) 0xBE,
        0x7A,
        (byte) 0xCF,
        (byte) 0xCB,
        (byte) 0x97,
        (byte) 0xA9,
        0x42,
        (byte) 0xE8,
        (byte) 0x9C,
        0x71,
        (byte) 0x99,
        (byte) 0x94,
        (byte) 0x91,
        (byte) 0xE3,
        (byte) 0xAF,
        (byte) 0xAC
    };

    private Mp4Boxes() {}

    /** @param position of the box's first content byte */
    public record Box(String type, long position, long contentBytes) {}

    /**
     * @return the boxes in file order; empty if the file does not look like an MP4
     * @throws CodecFailedException if the file cannot be read
     */
    public static List<Box> of(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return walk(channel);
        } catch (IOException e) {
            throw new CodecFailedException("cannot read " + file, e);
        }
    }

    /** Whether a player that reads from the front meets the index before the pictures. */
    public static boolean moovFirst(Path file) {
        List<String> types = of(file).stream().map(Box::type).toList();
        int moov = types.indexOf("moov");
        int mdat = types.indexOf("mdat");
        return moov >= 0 && (mdat < 0 || moov < mdat);
    }

    public static void appendXmp(Path file, String xmp) {
        byte[] packet = xmp.getBytes(StandardCharsets.UTF_8);
        ByteBuffer box = ByteBuffer.allocate(8 + XMP_UUID.length + packet.length);
        box.putInt(box.capacity()).put("uuid".getBytes(StandardCharsets.US_ASCII));
        box.put(XMP_UUID).put(packet).flip();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            while (box.hasRemaining()) channel.write(box);
        } catch (IOException e) {
            throw new CodecFailedException("cannot write to " + file, e);
        }
    }

    public static Optional<String> xmp(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (Box box : walk(channel)) {
                if (!box.type.equals("uuid") || box.contentBytes < XMP_UUID.length) continue;
                ByteBuffer uuid = read(channel, box.position, XMP_UUID.length);
                if (!uuid.equals(ByteBuffer.wrap(XMP_UUID))) continue;
                int bytes = (int) Math.min(box.contentBytes - XMP_UUID.length, MAX_XMP_BYTES);
                ByteBuffer packet = read(channel, box.position + XMP_UUID.length, bytes);
                return Optional.of(StandardCharsets.UTF_8.decode(packet).toString());
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new CodecFailedException("cannot read " + file, e);
        }
    }

    /** Moves a fragment's {@code moof/traf/tfdt} later, so that it follows on others that were made apart from it. */
    public static void shiftDecodeTime(byte[] fragment, long ticks) {
        shift(ByteBuffer.wrap(fragment), 0, fragment.length, ticks);
    }

    private static void shift(ByteBuffer bytes, int from, int to, long ticks) {
        for (int at = from; at + 8 <= to; at += Math.max(8, bytes.getInt(at))) {
            int end = at + bytes.getInt(at);
            switch (bytes.getInt(at + 4)) {
                case MOOF, TRAF -> shift(bytes, at + 8, end, ticks);
                case TFDT -> {
                    boolean wide = bytes.get(at + 8) == 1;
                    if (wide) {
                        bytes.putLong(at + 12, bytes.getLong(at + 12) + ticks);
                    } else {
                        bytes.putInt(at + 12, Math.toIntExact(bytes.getInt(at + 12) + ticks));
                    }
                }
                default -> {}
            }
        }
    }

    private static List<Box> walk(FileChannel channel) throws IOException {
        List<Box> boxes = new ArrayList<>();
        long end = channel.size();
        long at = 0;
        while (at + 8 <= end && boxes.size() < MAX_BOXES) {
            ByteBuffer head = read(channel, at, (int) Math.min(16, end - at));
            long size = Integer.toUnsignedLong(head.getInt());
            byte[] type = new byte[4];
            head.get(type);
            int headBytes = 8;
            if (size == 1 && head.remaining() == 8) {
                size = head.getLong();
                headBytes = 16;
            } else if (size == 0) {
                size = end - at;
            }
            if (size < headBytes || size > end - at) return boxes;
            boxes.add(new Box(new String(type, StandardCharsets.ISO_8859_1), at + headBytes, size - headBytes));
            at += size;
        }
        return boxes;
    }

    private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) break;
        }
        return buffer.flip();
    }
}
