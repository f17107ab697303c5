package dev.zoetrope.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.embedded.EmbeddedObjectStore.Credentials;
import io.minio.GetObjectArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedObjectStoreTest {
    private static final byte[] CONTENT = "a red ball".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    @Test
    void a_range_of_what_was_put_comes_back() throws Exception {
        try (EmbeddedObjectStore store = EmbeddedObjectStore.start(folder);
                MinioClient client = client(store, store.credentials())) {
            // Given
            put(client);

            // When
            byte[] range = client.getObject(GetObjectArgs.builder()
                            .bucket("videos")
                            .object("jobs/1/ball")
                            .offset(2L)
                            .length(3L)
                            .build())
                    .readAllBytes();

            // Then
            assertThat(range).asString(StandardCharsets.UTF_8).isEqualTo("red");
        }
    }

    @Test
    void a_restart_keeps_objects_and_their_metadata() throws Exception {
        // Given
        try (EmbeddedObjectStore store = EmbeddedObjectStore.start(folder);
                MinioClient client = client(store, store.credentials())) {
            put(client);
        }

        // When
        try (EmbeddedObjectStore store = EmbeddedObjectStore.start(folder);
                MinioClient client = client(store, store.credentials())) {
            var object = client.statObject(StatObjectArgs.builder()
                    .bucket("videos")
                    .object("jobs/1/ball")
                    .build());

            // Then
            assertThat(object.size()).isEqualTo(CONTENT.length);
            assertThat(object.userMetadata().getFirst("sha256")).isEqualTo("abc");
        }
    }

    @Test
    void a_wrong_secret_is_refused() throws Exception {
        try (EmbeddedObjectStore store = EmbeddedObjectStore.start(folder);
                MinioClient client =
                        client(store, new Credentials(store.credentials().accessKey(), "a wrong secret"))) {
            // When
            assertThatThrownBy(() -> put(client))
                    // Then
                    .isInstanceOf(ErrorResponseException.class)
                    .hasMessageContaining("does not match the signature");
        }
    }

    @Test
    void a_taken_port_is_named() {
        // Given
        try (EmbeddedObjectStore first = EmbeddedObjectStore.start(folder)) {
            // When
            assertThatThrownBy(() -> EmbeddedObjectStore.start(folder, first.port(), Credentials.DEFAULT))
                    // Then
                    .isInstanceOf(EmbeddedStartException.class)
                    .hasMessageContaining("expected port " + first.port() + " free for the object store");
        }
    }

    private static void put(MinioClient client) throws Exception {
        client.makeBucket(MakeBucketArgs.builder().bucket("videos").build());
        client.putObject(PutObjectArgs.builder()
                .bucket("videos")
                .object("jobs/1/ball")
                .data(CONTENT, CONTENT.length)
                .userMetadata(Map.of("sha256", "abc"))
                .build());
    }

    private static MinioClient client(EmbeddedObjectStore store, Credentials credentials) {
        return MinioClient.builder()
                .endpoint(store.endpoint().toString())
                .region("us-east-1")
                .credentials(credentials.accessKey(), credentials.secretKey())
                .build();
    }
}
