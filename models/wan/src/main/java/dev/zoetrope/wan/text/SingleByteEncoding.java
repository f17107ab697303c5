package dev.zoetrope.wan.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An encoding in which text may have been misread. Bytes are characters of a string here, 0 to ff, so that patterns reach them.
 *
 * @param sloppy whether unassigned bytes stand for themselves, and byte 1a for a character that was lost
 * @param codes the byte of each character
 */
record SingleByteEncoding(String name, boolean sloppy, Map<Integer, Character> codes) {
    static final char LOST = 0xfffd;
    static final char SUBSTITUTE = 0x1a;

    private static final Set<String> COMPLETE = Set.of("iso-8859-2", "macroman", "cp437");

    /** All that are tried, the likeliest first. */
    static final List<SingleByteEncoding> ALL = Stream.concat(
                    Stream.of(latin1()), Resources.lines("charsets.txt").map(SingleByteEncoding::parse))
            .toList();

    SingleByteEncoding {
        codes = Map.copyOf(codes);
    }

    static SingleByteEncoding named(String name) {
        return ALL.stream().filter(e -> e.name.equals(name)).findFirst().orElseThrow();
    }

    private static SingleByteEncoding latin1() {
        Map<Integer, Character> codes = new HashMap<>();
        for (char code = 0; code <= 0xff; code++) codes.put((int) code, code);
        return new SingleByteEncoding("latin-1", false, codes);
    }

    private static SingleByteEncoding parse(String line) {
        String[] parts = line.split(" ", 0);
        Map<Integer, Character> codes = new HashMap<>();
        for (char code = 0; code < 0x80; code++) codes.put((int) code, code);
        for (int i = 0; i < 0x80; i++) codes.put(Integer.parseInt(parts[i + 1], 16), (char) (0x80 + i));
        boolean sloppy = !COMPLETE.contains(parts[0]);
        if (sloppy) {
            codes.remove((int) SUBSTITUTE);
            codes.put((int) LOST, SUBSTITUTE);
        }
        return new SingleByteEncoding(parts[0], sloppy, codes);
    }

    /** The text's bytes, or null when it has characters that this encoding has not. */
    @Nullable
    String encode(String text) {
        StringBuilder bytes = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            Character code = codes.get((int) text.charAt(i));
            if (code == null) return null;
            bytes.append(code.charValue());
        }
        return bytes.toString();
    }
}
