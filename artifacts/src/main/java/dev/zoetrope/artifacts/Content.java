package dev.zoetrope.artifacts;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes that can be written as often as is asked, the same each time. */
interface Content {
    /**
     * Writes all bytes.
     *
     * @throws SourceBroken the bytes cannot be had, as opposed to written
     */
    void writeTo(OutputStream out) throws IOException;

    static Content of(byte[] bytes) {
        return out -> out.write(bytes);
    }

    static Content of(Path file) {
        return out -> {
            byte[] buffer = new byte[256 << 10];
            try (InputStream in = open(file)) {
                for (int read; (read = read(file, in, buffer)) >= 0; ) out.write(buffer, 0, read);
            }
        };
    }

    /** The bytes from one place to another. */
    default Content section(long begin, long end) {
        return out -> writeTo(new Section(out, begin, end));
    }

    /** The bytes cannot be had: not the store's fault. */
    final class SourceBroken extends IOException {
        private static final long serialVersionUID = 1L;

        SourceBroken(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private static InputStream open(Path file) throws SourceBroken {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new SourceBroken("cannot open " + file, e);
        }
    }

    private static int read(Path file, InputStream in, byte[] buffer) throws SourceBroken {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new SourceBroken("cannot read " + file, e);
        }
    }

    /** Lets through what lies between two places. */
    final class Section extends FilterOutputStream {
        private final long begin;
        private final long end;
        private long place;

        Section(OutputStream out, long begin, long end) {
            super(out);
            this.begin = begin;
            this.end = end;
        }

        @Override
        public void write(int value) throws IOException {
            if (place >= begin && place < end) out.write(value);
            place++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            long from = Math.max(place, begin);
            long to = Math.min(place + length, end);
            if (from < to) out.write(bytes, offset + (int) (from - place), (int) (to - from));
            place += length;
        }
    }
}
