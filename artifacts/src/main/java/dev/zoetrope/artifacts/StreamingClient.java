package dev.zoetrope.artifacts;

import io.minio.Http;
import io.minio.MinioAsyncClient;
import io.minio.ObjectArgs;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/**
 * The store's client, with uploads that stream. Its own take arrays and files only, and sum each twice.
 *
 * <p>A request carries a CRC-32C of its body, which the store checks, and no signed SHA-256: the object's own is known already,
 * and a store that checks a signed one holds the whole request in memory first.
 */
final class StreamingClient extends MinioAsyncClient {
    StreamingClient(MinioAsyncClient client) {
        super(client);
    }

    /**
     * Sends bytes, and answers with their ETag.
     *
     * @param query which part they are; empty for a whole object
     */
    CompletableFuture<String> put(
            ObjectArgs args,
            Http.Headers headers,
            Http.QueryParameters query,
            Content content,
            long length,
            int crc32c) {
        Http.Headers all = new Http.Headers("X-Amz-Sdk-Checksum-Algorithm", "CRC32C");
        all.put("X-Amz-Checksum-Crc32c", base64(crc32c));
        all.putAll(headers);
        MediaType type = MediaType.get(Description.contentType(args.object()));
        return executePutAsync(args, all, query, new UnsignedBody(new Body(content, length, type), type))
                .thenApply(response -> {
                    response.close();
                    return response.header("ETag", "").replace("\"", "");
                });
    }

    static String base64(int sum) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(4).putInt(sum).array());
    }

    /** Only the request's head is signed. The client leaves requests unsigned whose body is not of its own kinds. */
    private static final class UnsignedBody extends Http.Body {
        private final RequestBody body;

        UnsignedBody(RequestBody body, MediaType type) {
            super(new byte[0], 0, type, "UNSIGNED-PAYLOAD", null);
            this.body = body;
        }

        @Override
        public Http.RequestBody toRequestBody() throws MinioException {
            return new Http.RequestBody(body);
        }
    }

    private static final class Body extends RequestBody {
        private final Content content;
        private final long length;
        private final MediaType type;

        Body(Content content, long length, MediaType type) {
            this.content = content;
            this.length = length;
            this.type = type;
        }

        @Override
        public MediaType contentType() {
            return type;
        }

        @Override
        public long contentLength() {
            return length;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            content.writeTo(sink.outputStream());
        }
    }
}
