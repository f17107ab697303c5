package dev.zoetrope.artifacts;

import io.minio.AbortMultipartUploadArgs;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.Http;
import io.minio.StatObjectArgs;
import io.minio.messages.Part;

/**
 * Writes one object: in one request, or in parts where it is larger than a part. It appears whole at the last moment or not at
 * all, and takes no memory but the connection's.
 */
final class ObjectWriter {
    private final StreamingClient client;
    private final String bucket;
    private final String key;
    private final Http.Headers headers;

    ObjectWriter(StreamingClient client, String bucket, String key, Description description) {
        this.client = client;
        this.bucket = bucket;
        this.key = key;
        this.headers = description.headers();
        headers.put(Http.Headers.CONTENT_TYPE, Description.contentType(key));
    }

    /** Has the store refuse the object where the key has one. Of what goes in one request. */
    ObjectWriter ifAbsent() {
        headers.put("If-None-Match", "*");
        return this;
    }

    /**
     * Writes.
     *
     * @param measure of this very content; the store refuses any other
     */
    void write(Content content, Measure measure) {
        if (measure.sums().size() == 1) {
            put(
                    headers,
                    new Http.QueryParameters(),
                    content,
                    measure.bytes(),
                    measure.sums().get(0));
            return;
        }
        String upload = begin();
        try {
            Part[] parts = new Part[measure.sums().size()];
            for (int i = 0; i < parts.length; i++) parts[i] = part(upload, i, content, measure);
            complete(upload, parts);
        } catch (RuntimeException | Error e) {
            abort(upload);
            throw e;
        }
    }

    private Part part(String upload, int index, Content content, Measure measure) {
        long begin = index * measure.partSize();
        long end = Math.min(measure.bytes(), begin + measure.partSize());
        int sum = measure.sums().get(index);
        Http.QueryParameters place =
                new Http.QueryParameters("partNumber", Integer.toString(index + 1), "uploadId", upload);
        String etag = put(new Http.Headers(), place, content.section(begin, end), end - begin, sum);
        return new Part(index + 1, etag, null, StreamingClient.base64(sum), null, null, null);
    }

    private String put(Http.Headers with, Http.QueryParameters query, Content content, long length, int sum) {
        // Any arguments would do: they carry the bucket and the key.
        StatObjectArgs place =
                StatObjectArgs.builder().bucket(bucket).object(key).build();
        return Failures.await(key, client.put(place, with, query, content, length, sum));
    }

    private String begin() {
        Http.Headers all = new Http.Headers("X-Amz-Checksum-Algorithm", "CRC32C");
        all.putAll(headers);
        CreateMultipartUploadArgs args = CreateMultipartUploadArgs.builder()
                .bucket(bucket)
                .object(key)
                .headers(all)
                .build();
        return Failures.await(key, client.createMultipartUpload(args)).result().uploadId();
    }

    private void complete(String upload, Part[] parts) {
        CompleteMultipartUploadArgs args = CompleteMultipartUploadArgs.builder()
                .bucket(bucket)
                .object(key)
                .uploadId(upload)
                .parts(parts)
                .build();
        Failures.await(key, client.completeMultipartUpload(args));
    }

    /** Leaves nothing behind; where the store is away, its own rule removes uploads that were never completed. */
    private void abort(String upload) {
        AbortMultipartUploadArgs args = AbortMultipartUploadArgs.builder()
                .bucket(bucket)
                .object(key)
                .uploadId(upload)
                .build();
        try {
            Failures.await(key, client.abortMultipartUpload(args));
        } catch (ArtifactException e) {
            // What made us abort is what the caller has to hear of.
        }
    }
}
