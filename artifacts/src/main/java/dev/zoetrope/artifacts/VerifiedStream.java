package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.ArtifactRef;
import java.io.IOException;
import java.io.InputStream;

/**
 * An object's bytes, checked against its reference as they pass: whoever reads to the end without an {@link ArtifactDamaged} has
 * read what was written. Where the connection breaks, reading throws {@link StoreUnavailable}.
 */
final class VerifiedStream extends InputStream {
    private final InputStream in;
    private final Verification verification;
    private boolean ended;

    VerifiedStream(InputStream in, ArtifactRef ref) {
        this.in = in;
        this.verification = new Verification(ref);
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        if (length == 0) return 0;
        if (ended) return -1;
        int read;
        try {
            read = in.read(bytes, offset, length);
        } catch (IOException e) {
            throw verification.broken(e);
        }
        if (read < 0) {
            ended = true;
            verification.check();
        } else {
            verification.add(bytes, offset, read);
        }
        return read;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            // Nothing more is wanted of it.
        }
    }
}
