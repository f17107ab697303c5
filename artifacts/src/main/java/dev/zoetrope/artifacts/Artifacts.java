package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.tensors.Safetensors;
import dev.zoetrope.tensors.SafetensorsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Named tensors and files, kept in a bucket or in a folder.
 *
 * <p>Writing is atomic: an artifact is there whole or not at all, and a second write of a key takes the first's place. What is read whole
 * is verified. However large it is, writing it and reading it as a file take some 2 MiB of memory; only {@link #tensors} holds
 * what it returns. Safe for use by several threads. Nothing is tried again here: every call throws an {@link ArtifactException}, and its
 * type says whether a retry helps.
 */
public abstract class Artifacts implements AutoCloseable {
    private static final int COPY = 1 << 20;
    private static final int PIECE = 4 << 20;

    Artifacts() {}

    /**
     * Writes tensors as one safetensors object.
     *
     * @return a reference with dtype and shape when there is exactly one tensor
     */
    public final ArtifactRef putTensors(String key, Safetensors tensors) {
        return put(key, tensors::write, sha256 -> Description.tensors(sha256, tensors));
    }

    /** Writes bytes as a file. */
    public final ArtifactRef putBytes(String key, byte[] content) {
        return put(key, Content.of(content), Description::file);
    }

    /** Writes a file, which must not change meanwhile. */
    public final ArtifactRef putFile(String key, Path file) {
        return put(key, Content.of(file), Description::file);
    }

    /**
     * Reads tensors, verified.
     *
     * @throws IllegalArgumentException more than 2 GiB: download such an object
     */
    public final Safetensors tensors(ArtifactRef ref) {
        if (ref.bytes() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "expected at most 2 GiB to hold in memory, but " + ref.key() + " has " + ref.bytes() + " bytes");
        }
        // One more, to notice an object that goes on.
        byte[] content = new byte[(int) ref.bytes() + 1];
        Verification verification = new Verification(ref);
        try (InputStream in = get(ref.key())) {
            int filled = 0;
            for (int read;
                    (read = verification.read(in, content, filled, Math.min(PIECE, content.length - filled))) > 0; ) {
                verification.trail(content, filled, read);
                filled += read;
            }
            verification.check();
            return Safetensors.parse(ref.key(), ByteBuffer.wrap(content, 0, filled));
        } catch (SafetensorsException e) {
            throw new ArtifactDamaged(ref.key(), "expected a safetensors object: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new StoreUnavailable(ref.key(), "the store broke off " + ref.key(), e);
        }
    }

    /** Reads a whole object into a file, verified: the file is there complete or not at all. Takes the place of one that is. */
    public final void download(ArtifactRef ref, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            Path part = Files.createTempFile(folder, file.getFileName().toString(), ".part");
            try {
                try (InputStream in = get(ref.key());
                        OutputStream out = Files.newOutputStream(part)) {
                    verify(ref, in, out);
                }
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ", which was to become " + ref.key() + ": " + e, e);
        }
    }

    /**
     * Reads a whole object. Its {@code read} throws {@link ArtifactDamaged} at the end when the bytes are not the reference's,
     * and {@link StoreUnavailable} when the connection breaks; close it in any case.
     */
    public final InputStream open(ArtifactRef ref) {
        return new VerifiedStream(get(ref.key()), ref);
    }

    /** The reference of what lies under a key, as its writer got it; empty when nothing does. */
    public abstract Optional<ArtifactRef> find(String key);

    /** As {@link #find}, where something has to be. */
    public final ArtifactRef require(String key) {
        return find(key).orElseThrow(() -> new ArtifactMissing(key, "no object has the key " + key, null));
    }

    /** The keys that begin so, in order. */
    public abstract List<String> keys(String prefix);

    /** Deletes an object; one that is not there is as good as deleted. */
    public abstract void delete(String key);

    /**
     * Deletes all objects whose keys begin so.
     *
     * @param prefix ends with a slash, so that {@code jobs/1} does not take {@code jobs/10} with it
     * @return how many there were
     */
    public final int deleteAll(String prefix) {
        if (!prefix.endsWith("/")) {
            throw new IllegalArgumentException("expected a prefix that ends with a slash, but " + prefix + " came");
        }
        List<String> keys = keys(prefix);
        delete(keys);
        return keys.size();
    }

    @Override
    public abstract void close();

    abstract ArtifactRef put(String key, Content content, Function<String, Description> describe);

    /** The bytes of an object. */
    abstract InputStream get(String key);

    void delete(List<String> keys) {
        keys.forEach(this::delete);
    }

    /** Copies what it verifies. Two buffers in turn: one is summed while the other is filled. */
    private static void verify(ArtifactRef ref, InputStream in, OutputStream out) throws IOException {
        Verification verification = new Verification(ref);
        byte[] buffer = new byte[COPY];
        byte[] other = new byte[COPY];
        CompletableFuture<?> summed = CompletableFuture.completedFuture(null);
        for (int read; (read = verification.read(in, buffer, 0, COPY)) > 0; ) {
            summed.join();
            summed = verification.trail(buffer, 0, read);
            out.write(buffer, 0, read);
            byte[] filled = buffer;
            buffer = other;
            other = filled;
        }
        verification.check();
    }
}
