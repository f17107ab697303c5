package dev.zoetrope.artifacts;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What has to be known of bytes before the first of them is sent.
 *
 * @param partSize of all parts but the last
 * @param sums each part's CRC-32C; one, of nothing, where there are no bytes
 */
record Measure(long bytes, String sha256, long partSize, List<Integer> sums) {
    Measure {
        sums = List.copyOf(sums);
    }

    static Measure of(Content content, long partSize) throws IOException {
        Meter meter = new Meter(partSize);
        content.writeTo(meter);
        return meter.measure();
    }

    private static final class Meter extends OutputStream {
        private final MessageDigest digest = Sha256.digest();
        private final CRC32C crc = new CRC32C();
        private final List<Integer> sums = new ArrayList<>();
        private final long partSize;
        private long bytes;

        Meter(long partSize) {
            this.partSize = partSize;
        }

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] content, int offset, int length) {
            digest.update(content, offset, length);
            int done = 0;
            while (done < length) {
                if (bytes > 0 && bytes % partSize == 0) endPart();
                int count = (int) Math.min(length - done, partSize - bytes % partSize);
                crc.update(content, offset + done, count);
                bytes += count;
                done += count;
            }
        }

        private void endPart() {
            sums.add((int) crc.getValue());
            crc.reset();
        }

        Measure measure() {
            endPart();
            return new Measure(bytes, Sha256.hex(digest), partSize, sums);
        }
    }
}
