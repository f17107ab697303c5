package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.ArtifactRef;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * An object's bytes, checked against its reference as they pass: whoever reads to the end without an {@link ArtifactDamaged} has
 * read what was written. Where the connection breaks, reading throws {@link StoreUnavailable}.
 */
final class VerifiedStream extends InputStream {
    private final InputStream in;
    private final ArtifactRef ref;
    private final MessageDigest digest = Sha256.digest();
    private long count;
    private boolean checked;

    VerifiedStream(InputStream in, ArtifactRef ref) {
        this.in = in;
        this.ref = ref;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        if (length == 0) return 0;
        int read;
        try {
            read = in.read(bytes, offset, length);
        } catch (IOException e) {
            throw new StoreUnavailable(
                    ref.key(), "the store broke off " + ref.key() + " at byte " + count + " of " + ref.bytes(), e);
        }
        if (read < 0) {
            check();
        } else {
            digest.update(bytes, offset, read);
            count += read;
        }
        return read;
    }

    private void check() {
        if (checked) return;
        checked = true;
        if (count != ref.bytes()) {
            throw new ArtifactDamaged(
                    ref.key(), "expected " + ref.bytes() + " bytes of " + ref.key() + ", but " + count + " came", null);
        }
        String sha256 = Sha256.hex(digest);
        if (!sha256.equals(ref.sha256())) {
            throw new ArtifactDamaged(
                    ref.key(),
                    "expected " + ref.key() + " with sha-256 " + ref.sha256() + ", but " + sha256 + " came",
                    null);
        }
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
