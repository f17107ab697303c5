package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.ArtifactRef;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;

/** Holds an object's bytes against its reference, in the order in which they come. For one reader. */
final class Verification {
    private final ArtifactRef ref;
    private final MessageDigest digest = Sha256.digest();
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    private long count;

    Verification(ArtifactRef ref) {
        this.ref = ref;
    }

    void add(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
        count += length;
    }

    /**
     * As {@link #add}, on another thread: summing takes about as long as reading. The bytes must stay as they are until the
     * returned future is complete.
     */
    CompletableFuture<Void> trail(byte[] bytes, int offset, int length) {
        count += length;
        last = last.thenRunAsync(() -> digest.update(bytes, offset, length));
        return last;
    }

    /** Reads until the length is reached or the object ends. */
    int read(InputStream in, byte[] bytes, int offset, int length) {
        try {
            return in.readNBytes(bytes, offset, length);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    StoreUnavailable broken(IOException e) {
        return new StoreUnavailable(
                ref.key(), "the store broke off " + ref.key() + " at byte " + count + " of " + ref.bytes(), e);
    }

    /**
     * Judges all that came.
     *
     * @throws ArtifactDamaged it is not what the reference names
     */
    void check() {
        last.join();
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
}
