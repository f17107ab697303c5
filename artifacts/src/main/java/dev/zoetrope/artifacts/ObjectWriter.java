package dev.zoetrope.artifacts;

import io.minio.AbortMultipartUploadArgs;
import io.minio.Checksum;
import io.minio.CompleteMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.Http;
import io.minio.MinioAsyncClient;
import io.minio.PutObjectAPIArgs;
import io.minio.UploadPartArgs;
import io.minio.UploadPartResponse;
import io.minio.messages.Part;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/**
 * Writes one object: in one request while it is small, in parts beyond. The object appears whole at the last moment or not at
 * all.
 *
 * <p>Each request carries a CRC-32C that the store checks, in place of a signed SHA-256: the object's own SHA-256 is known
 * already, and a store that checks a signed sum holds the whole request in memory first.
 */
final class ObjectWriter {
    /** What a part of an in-memory object takes, and the most that goes in one request. */
    static final int PART = 16 << 20;

    /** Parts on the way at once, and so the memory that one upload takes: two of them, and one being filled. */
    private static final int AT_ONCE = 2;

    /** S3's limit of the number of parts. */
    private static final int MOST_PARTS = 10_000;

    private final MinioAsyncClient client;
    private final String bucket;
    private final String key;
    private final Http.Headers headers;

    ObjectWriter(MinioAsyncClient client, String bucket, String key, Description description) {
        this.client = client;
        this.bucket = bucket;
        this.key = key;
        this.headers = description.headers();
        headers.put(Http.Headers.CONTENT_TYPE, Description.contentType(key));
    }

    /** Whatever can write itself to a stream, as often as it is asked. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Where the parts of an object begin and end. */
    record Parts(long length, long size) {
        static Parts of(long length) {
            return new Parts(length, Math.max(PART, (length + MOST_PARTS - 1) / MOST_PARTS));
        }

        boolean single() {
            return length <= size;
        }
    }

    void write(byte[] content) {
        Http.Headers all = checked(crc32c(content, content.length));
        all.putAll(headers);
        Failures.await(
                key,
                client.putObject(PutObjectAPIArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .contentType(Description.contentType(key))
                        .headers(all)
                        .data(content, content.length)
                        .build()));
    }

    /** Writes what does not fit one part, as it comes. */
    void write(Parts parts, Content content) {
        inParts(upload -> {
            try (PartStream stream = new PartStream(upload, Math.toIntExact(parts.size()))) {
                content.writeTo(stream);
                stream.finish();
            }
        });
    }

    /**
     * Writes a file, its parts straight from the disk.
     *
     * @param sums each part's CRC-32C, in order
     */
    void write(Path file, Parts parts, List<Integer> sums) {
        inParts(upload -> {
            for (int i = 0; i < sums.size(); i++) {
                long begin = i * parts.size();
                upload.send(file, begin, Math.min(parts.size(), parts.length() - begin), sums.get(i));
            }
        });
    }

    private interface Sending {
        void into(Upload upload) throws IOException;
    }

    private void inParts(Sending sending) {
        Upload upload = new Upload(begin());
        try {
            sending.into(upload);
            upload.complete();
        } catch (IOException e) {
            upload.abort();
            throw new UncheckedIOException("cannot read what becomes " + key + ": " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            upload.abort();
            throw e;
        }
    }

    private String begin() {
        Http.Headers all = new Http.Headers("X-Amz-Checksum-Algorithm", "CRC32C");
        all.putAll(headers);
        return Failures.await(
                        key,
                        client.createMultipartUpload(CreateMultipartUploadArgs.builder()
                                .bucket(bucket)
                                .object(key)
                                .headers(all)
                                .build()))
                .result()
                .uploadId();
    }

    private static Http.Headers checked(int crc32c) {
        Http.Headers headers = new Http.Headers(Http.Headers.X_AMZ_CONTENT_SHA256, Checksum.UNSIGNED_PAYLOAD);
        headers.put(Http.Headers.X_AMZ_SDK_CHECKSUM_ALGORITHM, "CRC32C");
        headers.put("X-Amz-Checksum-Crc32c", base64(crc32c));
        return headers;
    }

    private static String base64(int sum) {
        return Checksum.base64String(ByteBuffer.allocate(4).putInt(sum).array());
    }

    static int crc32c(byte[] content, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, length);
        return (int) crc.getValue();
    }

    /** The parts of one object on their way. */
    private final class Upload {
        private final String id;
        private final List<CompletableFuture<Part>> parts = new ArrayList<>();
        private final Deque<CompletableFuture<Part>> onTheWay = new ArrayDeque<>();

        Upload(String id) {
            this.id = id;
        }

        /** Sends a part, once there is room; the bytes must not change until its answer came. */
        CompletableFuture<Part> send(byte[] content, int length) {
            return send(part().data(content, length), crc32c(content, length));
        }

        void send(Path file, long begin, long length, int sum) throws IOException {
            RandomAccessFile content = new RandomAccessFile(file.toFile(), "r");
            content.seek(begin);
            CompletableFuture<Part> answer = send(part().file(content, length), sum);
            CompletableFuture<?> unused = answer.whenComplete((part, failure) -> close(content));
        }

        private UploadPartArgs.Builder part() {
            while (onTheWay.size() >= AT_ONCE) Failures.await(key, onTheWay.removeFirst());
            return UploadPartArgs.builder()
                    .bucket(bucket)
                    .object(key)
                    .uploadId(id)
                    .partNumber(parts.size() + 1);
        }

        private CompletableFuture<Part> send(UploadPartArgs.Builder part, int sum) {
            CompletableFuture<Part> answer =
                    client.uploadPart(part.headers(checked(sum)).build()).thenApply(sent -> answered(sent, sum));
            parts.add(answer);
            onTheWay.add(answer);
            return answer;
        }

        private static Part answered(UploadPartResponse sent, int sum) {
            return new Part(sent.part().partNumber(), sent.part().etag(), null, base64(sum), null, null, null);
        }

        void complete() {
            Part[] sent = parts.stream().map(part -> Failures.await(key, part)).toArray(Part[]::new);
            Failures.await(
                    key,
                    client.completeMultipartUpload(CompleteMultipartUploadArgs.builder()
                            .bucket(bucket)
                            .object(key)
                            .uploadId(id)
                            .parts(sent)
                            .build()));
        }

        /** Leaves nothing behind; where the store is away, its own rule removes uploads that were never completed. */
        void abort() {
            CompletableFuture<Void> ended = CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                    .exceptionally(failure -> null);
            try {
                ended.thenCompose(nothing -> client.abortMultipartUpload(AbortMultipartUploadArgs.builder()
                                .bucket(bucket)
                                .object(key)
                                .uploadId(id)
                                .build()))
                        .join();
            } catch (RuntimeException e) {
                // What made us abort is what the caller has to hear of.
            }
        }

        private static void close(RandomAccessFile file) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Cuts a stream into parts: one is filled while others are on their way, and buffers are used again. */
    private static final class PartStream extends OutputStream {
        private final Upload upload;
        private final int size;
        private final Deque<byte[]> free = new ArrayDeque<>();
        private byte[] buffer;
        private int filled;

        PartStream(Upload upload, int size) {
            this.upload = upload;
            this.size = size;
            this.buffer = new byte[size];
        }

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            int done = 0;
            while (done < length) {
                if (filled == size) send();
                int count = Math.min(length - done, size - filled);
                System.arraycopy(bytes, offset + done, buffer, filled, count);
                filled += count;
                done += count;
            }
        }

        /** Sends the last part. A stream that is closed without this was broken off. */
        void finish() {
            if (filled > 0) send();
        }

        private void send() {
            byte[] full = buffer;
            CompletableFuture<?> unused = upload.send(full, filled).whenComplete((part, failure) -> giveBack(full));
            buffer = next();
            filled = 0;
        }

        private byte[] next() {
            synchronized (free) {
                return free.isEmpty() ? new byte[size] : free.removeFirst();
            }
        }

        private void giveBack(byte[] sent) {
            synchronized (free) {
                free.add(sent);
            }
        }
    }
}
