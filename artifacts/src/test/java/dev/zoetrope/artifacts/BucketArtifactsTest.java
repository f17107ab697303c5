package dev.zoetrope.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.embedded.EmbeddedObjectStore;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import dev.zoetrope.tensors.SafetensorsHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BucketArtifactsTest extends ArtifactsContract {
    @TempDir
    static Path shared;

    private static StoreFixture fixture;
    private static BucketArtifacts artifacts;

    @BeforeAll
    static void start() {
        fixture = StoreFixture.in(shared);
        artifacts = BucketArtifacts.of(StoreFixture.settings(fixture.store()), PART);
    }

    @AfterAll
    static void stop() {
        artifacts.close();
        fixture.close();
    }

    @Override
    Artifacts artifacts() {
        return artifacts;
    }

    @Override
    Path file(String key) {
        return shared.resolve("zoetrope").resolve(key);
    }

    @Test
    void bytes_are_written_where_there_are_none_yet_and_nowhere_else() throws Exception {
        // When
        boolean first = artifacts.putBytesIfAbsent("idempotency/a.json", new byte[] {1});
        boolean second = artifacts.putBytesIfAbsent("idempotency/a.json", new byte[] {2, 3});

        // Then
        assertThat(first).isTrue();
        assertThat(second).isFalse();
        try (InputStream in = artifacts.open(artifacts.require("idempotency/a.json"))) {
            assertThat(in.readAllBytes()).containsExactly(1);
        }
    }

    @Test
    void what_another_program_wrote_is_described_from_its_bytes() throws Exception {
        // Given
        Safetensors content = new Safetensors(Map.of("x", HostTensor.ofFloats(new float[6], 2, 3)));
        ArtifactRef written = artifacts.putTensors("jobs/c/0/latents.safetensors", content);
        Path object = file("jobs/c/0/latents.safetensors");
        byte[] bytes = Files.readAllBytes(object);
        Files.delete(object);
        Files.write(object, bytes);

        // When
        ArtifactRef found = artifacts.require("jobs/c/0/latents.safetensors");

        // Then
        assertThat(found).isEqualTo(written);
    }

    @Test
    void a_write_in_parts_that_breaks_off_leaves_nothing() throws IOException {
        // Given
        AtomicInteger writes = new AtomicInteger();
        byte[] content = noise(2 * PART + 1);
        Content broken = out -> {
            // Measured, then the first part; the second breaks in its middle.
            boolean breaks = writes.incrementAndGet() == 3;
            out.write(content, 0, breaks ? PART + PART / 2 : content.length);
            if (breaks) throw new Content.SourceBroken("the disk died", new IOException());
        };

        // When
        assertThatThrownBy(() -> artifacts.put("jobs/h/video.mp4", broken, Description::file))
                // Then
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot read what becomes jobs/h/video.mp4: the disk died");
        assertThat(artifacts.find("jobs/h/video.mp4")).isEmpty();
        assertThat(artifacts.uploads()).isEmpty();
    }

    @Test
    void content_that_changes_after_it_was_summed_is_refused_by_the_store() {
        // Given
        AtomicInteger writes = new AtomicInteger();
        Content changing = out -> out.write(new byte[] {(byte) writes.incrementAndGet(), 1, 2});

        // When
        assertThatThrownBy(() -> artifacts.put("jobs/o/video.mp4", changing, Description::file))
                // Then
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("arrived damaged");
        assertThat(artifacts.find("jobs/o/video.mp4")).isEmpty();
    }

    @Test
    void a_store_without_lifecycle_rules_is_swept() {
        // Given
        Retention retention = new Retention(Map.of("embeddings/", Duration.ofDays(2)));
        artifacts.putBytes("embeddings/old.safetensors", new byte[1]);
        artifacts.putBytes("jobs/k/video.mp4", new byte[1]);

        // When
        boolean enforcedByStore = artifacts.retain(retention);
        int early = artifacts.sweeper(retention).sweep(Instant.now().plus(Duration.ofHours(47)));
        int late = artifacts.sweeper(retention).sweep(Instant.now().plus(Duration.ofHours(49)));

        // Then
        assertThat(enforcedByStore).isFalse();
        assertThat(early).isZero();
        assertThat(late).isEqualTo(1);
        assertThat(artifacts.find("jobs/k/video.mp4")).isPresent();
    }

    @Test
    void a_store_that_is_away_says_that_a_retry_helps() {
        // Given
        EmbeddedObjectStore gone = EmbeddedObjectStore.start(folder);
        try (BucketArtifacts away = BucketArtifacts.of(StoreFixture.settings(gone))) {
            gone.close();

            // When
            assertThatThrownBy(() -> away.putBytes("jobs/l/video.mp4", new byte[1]))
                    // Then
                    .isInstanceOfSatisfying(StoreUnavailable.class, e -> assertThat(e.retryHelps())
                            .isTrue());
            assertThat(away.reachable()).isFalse();
        }
    }

    @Test
    void a_store_that_comes_back_is_used_again() {
        // Given
        EmbeddedObjectStore first = EmbeddedObjectStore.start(folder);
        try (BucketArtifacts back = BucketArtifacts.of(StoreFixture.settings(first))) {
            back.ensureBucket();
            ArtifactRef ref = back.putBytes("jobs/m/video.mp4", noise(10));
            first.close();

            // When
            try (EmbeddedObjectStore second =
                    EmbeddedObjectStore.start(folder, first.port(), EmbeddedObjectStore.Credentials.DEFAULT)) {
                // Then
                assertThat(back.require("jobs/m/video.mp4")).isEqualTo(ref);
                assertThat(second.port()).isEqualTo(first.port());
            }
        }
    }

    @Test
    void wrong_keys_are_refused_for_good() {
        // Given
        StoreSettings wrong = new StoreSettings(fixture.store().endpoint(), "zoetrope", "zoetrope", "a wrong secret");
        try (BucketArtifacts stranger = BucketArtifacts.of(wrong)) {
            // When
            assertThatThrownBy(() -> stranger.putBytes("jobs/n/video.mp4", new byte[1]))
                    // Then
                    .isInstanceOfSatisfying(
                            StoreRefused.class, e -> assertThat(e.retryHelps()).isFalse());
        }
    }

    @Test
    void a_second_service_finds_the_bucket_made() {
        // When
        artifacts.ensureBucket();

        // Then
        assertThat(artifacts.reachable()).isTrue();
    }

    @Test
    void a_missing_bucket_is_not_reachable() {
        // Given
        StoreSettings settings = new StoreSettings(
                fixture.store().endpoint(),
                "another",
                fixture.store().credentials().accessKey(),
                fixture.store().credentials().secretKey());

        // When
        try (BucketArtifacts another = BucketArtifacts.of(settings)) {
            // Then
            assertThat(another.reachable()).isFalse();
        }
    }

    @Test
    void settings_name_what_is_wrong() {
        assertThatThrownBy(() -> new StoreSettings(URI.create("localhost:9000"), "zoetrope", "a", "b"))
                .hasMessageContaining("expected endpoint http://host:port");
        assertThatThrownBy(() -> new StoreSettings(URI.create("http://localhost"), "Zoe_trope", "a", "b"))
                .hasMessageContaining("Zoe_trope");
    }

    @Test
    void a_range_is_read_without_the_rest() throws IOException {
        // Given
        byte[] content = noise(100_000);
        artifacts.putBytes("jobs/f/video.mp4", content);

        // When
        byte[] range;
        try (InputStream in = artifacts.open("jobs/f/video.mp4", 70_000, 10)) {
            range = in.readAllBytes();
        }

        // Then
        assertThat(range).isEqualTo(Arrays.copyOfRange(content, 70_000, 70_010));
    }

    @Test
    void a_header_says_where_the_tensors_lie() {
        // Given
        ArtifactRef ref = artifacts.putTensors(
                "jobs/g/0/latents.safetensors", new Safetensors(Map.of("x", HostTensor.ofFloats(new float[6], 2, 3))));

        // When
        SafetensorsHeader header = artifacts.header(ref);

        // Then
        assertThat(header.entries().get("x").shape()).containsExactly(2L, 3L);
    }
}
