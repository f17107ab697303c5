package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.ArtifactRef;
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
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import okhttp3.OkHttpClient;

/** The artifacts of one bucket of an S3 store. */
public final class BucketArtifacts extends Artifacts {
    /** What goes in one request; larger objects go in parts of this size. */
    private static final long PART = 1L << 30;

    /** What a store answers where a key has something, or is just getting it. */
    private static final Set<Integer> TAKEN = Set.of(412, 409);

    /** What is asked for at once of where a header stands; most are shorter. */
    private static final long HEADER = 1L << 20;

    private final StoreSettings settings;
    private final OkHttpClient http;
    private final StreamingClient client;
    private final long partSize;

    private BucketArtifacts(StoreSettings settings, OkHttpClient http, long partSize) {
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
    public static BucketArtifacts of(StoreSettings settings) {
        return of(settings, PART);
    }

    static BucketArtifacts of(StoreSettings settings, long partSize) {
        return new BucketArtifacts(settings, StoreHttp.client(settings.timeout()), partSize);
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

    @Override
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

    @Override
    public List<String> keys(String prefix) {
        List<String> keys = new ArrayList<>();
        for (Result<Item> item : list(prefix)) keys.add(get(prefix, item).objectName());
        return keys;
    }

    @Override
    public void delete(String key) {
        Failures.await(
                key,
                client.removeObject(RemoveObjectArgs.builder()
                        .bucket(settings.bucket())
                        .object(key)
                        .build()));
    }

    /**
     * Has artifacts deleted when they are old enough, by the store's own lifecycle rules where it has them. Rules
     * that others set for the bucket stay.
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

    @Override
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

    @Override
    InputStream get(String key) {
        return Failures.await(
                key,
                client.getObject(GetObjectArgs.builder()
                        .bucket(settings.bucket())
                        .object(key)
                        .build()));
    }

    @Override
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

    /** Reads an object that does not say what it is. */
    private Description describe(String key, long bytes) {
        MessageDigest digest = Sha256.digest();
        if (bytes > 0) {
            try (InputStream in = open(key, 0, bytes)) {
                in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            } catch (IOException e) {
                throw new StoreUnavailable(key, "the store broke off " + key, e);
            }
        }
        String sha256 = Sha256.hex(digest);
        return key.endsWith(".safetensors")
                ? Description.tensors(sha256, header(ArtifactRef.file(key, bytes, sha256)))
                : Description.file(sha256);
    }

    /** Reads the header of a safetensors object, which says where in it each tensor lies. Not verified by the checksum. */
    SafetensorsHeader header(ArtifactRef ref) {
        try (InputStream in = open(ref.key(), 0, Math.min(HEADER, ref.bytes()))) {
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

    private byte[] bytes(String key, long offset, int length) throws IOException {
        try (InputStream in = open(key, offset, length)) {
            return in.readNBytes(length);
        }
    }
}
