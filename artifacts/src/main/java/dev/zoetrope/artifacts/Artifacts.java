package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.tensors.Safetensors;
import dev.zoetrope.tensors.SafetensorsException;
import dev.zoetrope.tensors.SafetensorsHeader;
import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.ListMultipartUploadsArgs;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import io.minio.RemoveObjectArgs;
import io.minio.RemoveObjectsArgs;
import io.minio.Result;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.DeleteRequest;
import io.minio.messages.DeleteResult;
import io.minio.messages.Item;
import io.minio.messages.ListMultipartUploadsResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import okhttp3.OkHttpClient;

/**
 * The artifacts of one bucket.
 *
 * <p>Writing is atomic: an object is there whole or not at all, and a second write of a key takes the first's place. Whole
 * objects are verified as they are read. However large an object is, writing and reading it as a file take some 2 MiB of memory; only {@link #tensors} holds what it returns. Safe for use by several threads. Nothing is tried again here: every
 * call throws an {@link ArtifactException}, and its type says whether a retry helps.
 */
public final class Artifacts implements AutoCloseable {
    /** What goes in one request; larger objects go in parts of this size. */
    private static final long PART = 1L << 30;

    /** What a store answers where a key has something, or is just getting it. */
    private static final Set<Integer> TAKEN = Set.of(412, 409);

    private static final int HELD = 16 << 20;
    private static final int COPY = 1 << 20;
    private static final int PIECE = 4 << 20;

    private final StoreSettings settings;
    private final OkHttpClient http;
    private final StreamingClient client;
    private final long partSize;

    private Artifacts(StoreSettings settings, OkHttpClient http, long partSize) {
        this.settings = settings;
        this.http = http;
        this.partSize = partSize;
        this.client = new StreamingClient(MinioAsyncClient.builder()
                .endpoint(settings.endpoint().toString())
                .region(settings.region())
                .credentials(settings.accessKey(), settings.secretKey())
                .httpClient(http)
                .build());
    }

    /** The artifacts of a bucket, which need not be there yet. Does not talk to the store. */
    public static Artifacts of(StoreSettings settings) {
        return of(settings, PART);
    }

    static Artifacts of(StoreSettings settings, long partSize) {
        return new Artifacts(settings, StoreHttp.client(settings.timeout()), partSize);
    }

    /** Makes the bucket where it is missing. */
    public void ensureBucket() {
        String bucket = settings.bucket();
        boolean there = Failures.await(
                bucket,
                client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build()));
        if (there) return;
        try {
            Failures.await(
                    bucket,
                    client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build()));
        } catch (StoreRefused e) {
            // Another service may have made it between the two calls.
            if (!reachable()) throw e;
        }
    }

    /** Whether the store answers and has the bucket: what readiness asks. Takes at most the settings' timeout. */
    public boolean reachable() {
        try {
            return Failures.await(
                    settings.bucket(),
                    client.bucketExists(
                            BucketExistsArgs.builder().bucket(settings.bucket()).build()));
        } catch (ArtifactException e) {
            return false;
        }
    }

    /**
     * Writes tensors as one safetensors object.
     *
     * @return a reference with dtype and shape when there is exactly one tensor
     */
    public ArtifactRef putTensors(String key, Safetensors tensors) {
        return put(key, tensors::write, sha256 -> Description.tensors(sha256, tensors));
    }

    /** Writes bytes as a file. */
    public ArtifactRef putBytes(String key, byte[] content) {
        return put(key, Content.of(content), Description::file);
    }

    /**
     * Writes bytes as a file where the key has nothing yet; of several that write at once, one does.
     *
     * @return whether it was written
     */
    public boolean putBytesIfAbsent(String key, byte[] content) {
        try {
            Measure measure = Measure.of(Content.of(content), partSize);
            new ObjectWriter(client, settings.bucket(), key, Description.file(measure.sha256()))
                    .ifAbsent()
                    .write(Content.of(content), measure);
            return true;
        } catch (StoreRefused e) {
            if (e.getCause() instanceof ErrorResponseException answer
                    && TAKEN.contains(answer.response().code())) {
                return false;
            }
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what becomes " + key + ": " + e.getMessage(), e);
        }
    }

    /** Writes a file, which must not change meanwhile. */
    public ArtifactRef putFile(String key, Path file) {
        return put(key, Content.of(file), Description::file);
    }

    /**
     * Writes a stream of unknown length as a file; reads it to its end and leaves closing to the caller. More than 16 MiB go
     * through a temporary file, because the checksum has to be known before the first byte is sent.
     */
    public ArtifactRef putStream(String key, InputStream content) {
        try {
            byte[] start = content.readNBytes(HELD);
            int next = start.length < HELD ? -1 : content.read();
            if (next < 0) return putBytes(key, start);
            Path spool = Files.createTempFile("zoetrope-", ".upload");
            try {
                try (OutputStream out = Files.newOutputStream(spool)) {
                    out.write(start);
                    out.write(next);
                    content.transferTo(out);
                }
                return putFile(key, spool);
            } finally {
                Files.deleteIfExists(spool);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what becomes " + key + ": " + e, e);
        }
    }

    /**
     * Reads tensors, verified.
     *
     * @throws IllegalArgumentException more than 2 GiB: read such an object by {@link #header} and ranges, or download it
     */
    public Safetensors tensors(ArtifactRef ref) {
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

    /** Reads the header of a safetensors object, which says where in it each tensor lies. Not verified by the checksum. */
    public SafetensorsHeader header(ArtifactRef ref) {
        try (InputStream in = open(ref.key(), 0, Math.min(COPY, ref.bytes()))) {
            ByteBuffer start = ByteBuffer.wrap(in.readNBytes(8));
            int length = SafetensorsHeader.length(ref.key(), start, ref.bytes());
            byte[] json = in.readNBytes(length);
            if (json.length < length) json = bytes(ref.key(), 8, length);
            return SafetensorsHeader.parse(ref.key(), json, ref.bytes() - 8 - length);
        } catch (SafetensorsException e) {
            throw new ArtifactDamaged(ref.key(), "expected a safetensors object: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new StoreUnavailable(ref.key(), "the store broke off " + ref.key(), e);
        }
    }

    /** Reads a whole object into a file, verified: the file is there complete or not at all. Takes the place of one that is. */
    public void download(ArtifactRef ref, Path file) {
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
    public InputStream open(ArtifactRef ref) {
        return new VerifiedStream(get(ref.key()), ref);
    }

    /**
     * Reads a range; too short where the object ends earlier. A range cannot be verified by the object's checksum.
     *
     * @param length at least 1
     */
    public InputStream open(String key, long offset, long length) {
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException("expected an offset of 0 or more and a length of 1 or more for " + key
                    + ", but " + offset + " and " + length + " came");
        }
        return Failures.await(
                key,
                client.getObject(GetObjectArgs.builder()
                        .bucket(settings.bucket())
                        .object(key)
                        .offset(offset)
                        .length(length)
                        .build()));
    }

    /** The reference of what lies under a key, as its writer got it; empty when nothing does. */
    public Optional<ArtifactRef> find(String key) {
        StatObjectResponse found;
        try {
            found = Failures.await(
                    key,
                    client.statObject(StatObjectArgs.builder()
                            .bucket(settings.bucket())
                            .object(key)
                            .build()));
        } catch (ArtifactMissing e) {
            return Optional.empty();
        }
        Description description = Description.of(found.userMetadata()).orElseGet(() -> describe(key, found.size()));
        return Optional.of(description.ref(key, found.size()));
    }

    /** As {@link #find}, where something has to be. */
    public ArtifactRef require(String key) {
        return find(key).orElseThrow(() -> new ArtifactMissing(key, "no object has the key " + key, null));
    }

    /** The keys that begin so, in order. */
    public List<String> keys(String prefix) {
        List<String> keys = new ArrayList<>();
        for (Result<Item> item : list(prefix)) keys.add(get(prefix, item).objectName());
        return keys;
    }

    /** Deletes an object; one that is not there is as good as deleted. */
    public void delete(String key) {
        Failures.await(
                key,
                client.removeObject(RemoveObjectArgs.builder()
                        .bucket(settings.bucket())
                        .object(key)
                        .build()));
    }

    /**
     * Deletes all objects whose keys begin so.
     *
     * @param prefix ends with a slash, so that {@code jobs/1} does not take {@code jobs/10} with it
     * @return how many there were
     */
    public int deleteAll(String prefix) {
        if (!prefix.endsWith("/")) {
            throw new IllegalArgumentException("expected a prefix that ends with a slash, but " + prefix + " came");
        }
        List<String> keys = keys(prefix);
        delete(keys);
        return keys.size();
    }

    /**
     * Has artifacts deleted when they are old enough, by the store's own lifecycle rules where it has them. Rules that others set for the bucket stay.
     *
     * @return whether the store does it from now on; where it has no such rules, a {@link RetentionSweeper} has to
     */
    public boolean retain(Retention retention) {
        return Lifecycle.set(client, settings.bucket(), retention);
    }

    /** What has to run where the store has no lifecycle rules. */
    public RetentionSweeper sweeper(Retention retention) {
        return new RetentionSweeper(this, client, retention);
    }

    public StoreSettings settings() {
        return settings;
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    /** Multipart uploads that were begun and neither completed nor aborted. */
    List<ListMultipartUploadsResult.Upload> uploads() {
        ListMultipartUploadsArgs all =
                ListMultipartUploadsArgs.builder().bucket(settings.bucket()).build();
        return Failures.await(settings.bucket(), client.listMultipartUploads(all))
                .result()
                .uploads();
    }

    Iterable<Result<Item>> list(String prefix) {
        return client.listObjects(ListObjectsArgs.builder()
                .bucket(settings.bucket())
                .prefix(prefix)
                .recursive(true)
                .build());
    }

    void delete(List<String> keys) {
        List<DeleteRequest.Object> objects =
                keys.stream().map(DeleteRequest.Object::new).toList();
        Iterable<Result<DeleteResult.Error>> errors = client.removeObjects(RemoveObjectsArgs.builder()
                .bucket(settings.bucket())
                .objects(objects)
                .build());
        for (Result<DeleteResult.Error> result : errors) {
            DeleteResult.Error error = get(settings.bucket(), result);
            throw new StoreRefused(
                    error.objectName(),
                    "the store does not delete " + error.objectName() + ": " + error.message(),
                    null);
        }
    }

    static <T> T get(String key, Result<T> result) {
        try {
            return result.get();
        } catch (MinioException e) {
            throw Failures.of(key, e);
        }
    }

    private InputStream get(String key) {
        return Failures.await(
                key,
                client.getObject(GetObjectArgs.builder()
                        .bucket(settings.bucket())
                        .object(key)
                        .build()));
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

    ArtifactRef put(String key, Content content, Function<String, Description> describe) {
        try {
            Measure measure = Measure.of(content, partSize);
            Description description = describe.apply(measure.sha256());
            new ObjectWriter(client, settings.bucket(), key, description).write(content, measure);
            return description.ref(key, measure.bytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what becomes " + key + ": " + e.getMessage(), e);
        }
    }

    private byte[] bytes(String key, long offset, int length) throws IOException {
        try (InputStream in = open(key, offset, length)) {
            return in.readNBytes(length);
        }
    }

    /** Reads an object that does not say what it is. */
    private Description describe(String key, long bytes) {
        MessageDigest digest = Sha256.digest();
        if (bytes > 0) {
            try (InputStream in = open(key, 0, bytes)) {
                copy(in, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            } catch (IOException e) {
                throw new StoreUnavailable(key, "the store broke off " + key, e);
            }
        }
        String sha256 = Sha256.hex(digest);
        return key.endsWith(".safetensors")
                ? Description.tensors(sha256, header(ArtifactRef.file(key, bytes, sha256)))
                : Description.file(sha256);
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[COPY];
        for (int read; (read = in.read(buffer)) >= 0; ) out.write(buffer, 0, read);
    }
}
