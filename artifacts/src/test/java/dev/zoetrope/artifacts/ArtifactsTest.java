package dev.zoetrope.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.embedded.EmbeddedObjectStore;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import dev.zoetrope.tensors.SafetensorsHeader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactsTest {
    private static final int PART = 5 << 20;

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static StoreFixture fixture;
    private static Artifacts artifacts;

    @BeforeAll
    static void start() {
        fixture = StoreFixture.in(shared);
        artifacts = Artifacts.of(StoreFixture.settings(fixture.store()), PART);
    }

    @AfterAll
    static void stop() {
        artifacts.close();
        fixture.close();
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
    void tensors_come_back_as_they_were() {
        // Given
        Safetensors content = new Safetensors(
                Map.of("latents", HostTensor.ofFloats(new float[] {1, -2, 3.5f, 0, 7, 9}, 2, 3)), Map.of("step", "7"));

        // When
        ArtifactRef ref = artifacts.putTensors("jobs/a/0/latents.safetensors", content);

        // Then
        assertThat(ref.dtype()).isEqualTo("F32");
        assertThat(ref.shape()).containsExactly(2L, 3L);
        assertThat(artifacts.tensors(ref)).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, PART - 100, PART, PART + 1, 3 * PART + 12_345})
    void tensors_of_any_size_come_back(int bytes) {
        // Given
        Safetensors content = new Safetensors(Map.of("frames", HostTensor.ofBytes(noise(bytes), bytes)));

        // When
        ArtifactRef ref = artifacts.putTensors("jobs/a/0/frames-0.safetensors", content);

        // Then
        assertThat(artifacts.tensors(ref).get("frames").data())
                .isEqualTo(content.get("frames").data());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, PART, PART + 1, 2 * PART, 2 * PART + 77})
    void a_file_of_any_size_comes_back(int bytes) throws IOException {
        // Given
        Path file = Files.write(folder.resolve("in"), noise(bytes));

        // When
        ArtifactRef ref = artifacts.putFile("jobs/a/video.mp4", file);

        // Then
        Path copy = folder.resolve("out");
        artifacts.download(ref, copy);
        assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
        assertThat(ref.bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, PART, PART + 1})
    void a_stream_of_unknown_length_comes_back(int bytes) throws IOException {
        // Given
        byte[] content = noise(bytes);

        // When
        ArtifactRef ref = artifacts.putStream("jobs/a/given/input.bin", new ByteArrayInputStream(content));

        // Then
        try (InputStream in = artifacts.open(ref)) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
    }

    @Test
    void the_same_content_under_the_same_key_has_the_same_reference() {
        // Given
        Safetensors content = new Safetensors(Map.of("x", HostTensor.ofLongs(new long[] {1, 2}, 2)));
        ArtifactRef first = artifacts.putTensors("jobs/a/0/latents.safetensors", content);

        // When
        ArtifactRef second = artifacts.putTensors("jobs/a/0/latents.safetensors", content);

        // Then
        assertThat(second).isEqualTo(first);
    }

    @Test
    void what_is_found_by_key_has_the_reference_that_its_writer_got() {
        // Given
        ArtifactRef tensor = artifacts.putTensors(
                "jobs/b/0/latents.safetensors",
                new Safetensors(Map.of("x", HostTensor.ofFloats(new float[6], 1, 2, 3))));
        ArtifactRef scalar = artifacts.putTensors(
                "jobs/b/0/known.safetensors", new Safetensors(Map.of("x", HostTensor.ofFloats(new float[1]))));
        ArtifactRef several = artifacts.putTensors(
                "jobs/b/0/checkpoint.safetensors",
                new Safetensors(
                        Map.of("x", HostTensor.ofFloats(new float[1]), "y", HostTensor.ofFloats(new float[2], 2))));
        ArtifactRef large = artifacts.putTensors(
                "jobs/b/0/frames-0.safetensors",
                new Safetensors(Map.of("x", HostTensor.of(DType.U8, ByteBuffer.allocate(PART + 1), PART + 1))));
        ArtifactRef file = artifacts.putBytes("jobs/b/video.mp4", new byte[3]);

        // When
        List<ArtifactRef> found = Stream.of(tensor, scalar, several, large, file)
                .map(ref -> artifacts.require(ref.key()))
                .toList();

        // Then
        assertThat(found).containsExactly(tensor, scalar, several, large, file);
    }

    @Test
    void what_another_program_wrote_is_described_from_its_bytes() throws Exception {
        // Given
        Safetensors content = new Safetensors(Map.of("x", HostTensor.ofFloats(new float[6], 2, 3)));
        ArtifactRef written = artifacts.putTensors("jobs/c/0/latents.safetensors", content);
        Path object = shared.resolve("zoetrope/jobs/c/0/latents.safetensors");
        byte[] bytes = Files.readAllBytes(object);
        Files.delete(object);
        Files.write(object, bytes);

        // When
        ArtifactRef found = artifacts.require("jobs/c/0/latents.safetensors");

        // Then
        assertThat(found).isEqualTo(written);
    }

    @Test
    void nothing_is_found_where_nothing_is() {
        assertThat(artifacts.find("jobs/nobody/video.mp4")).isEmpty();
    }

    @Test
    void reading_what_is_not_there_says_so() {
        // Given
        ArtifactRef ref = ArtifactRef.file("jobs/nobody/video.mp4", 3, "0".repeat(64));

        // When
        assertThatThrownBy(() -> artifacts.open(ref))
                // Then
                .isInstanceOfSatisfying(ArtifactMissing.class, e -> {
                    assertThat(e.key()).isEqualTo("jobs/nobody/video.mp4");
                    assertThat(e.retryHelps()).isFalse();
                });
    }

    @Test
    void a_changed_byte_is_noticed_and_names_the_key() throws IOException {
        // Given
        byte[] content = noise(1000);
        ArtifactRef ref = artifacts.putBytes("jobs/d/video.mp4", content);
        content[500]++;
        Files.write(shared.resolve("zoetrope/jobs/d/video.mp4"), content);

        // When
        assertThatThrownBy(() -> artifacts.download(ref, folder.resolve("video.mp4")))
                // Then
                .isInstanceOf(ArtifactDamaged.class)
                .hasMessageContaining("expected jobs/d/video.mp4 with sha-256 " + ref.sha256());
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(ints = {999, 1001})
    void another_length_is_noticed(int length) throws IOException {
        // Given
        ArtifactRef ref = artifacts.putTensors(
                "jobs/e/0/latents.safetensors", new Safetensors(Map.of("x", HostTensor.ofBytes(noise(1000), 1000))));
        byte[] bytes = Files.readAllBytes(shared.resolve("zoetrope/jobs/e/0/latents.safetensors"));
        Files.write(
                shared.resolve("zoetrope/jobs/e/0/latents.safetensors"),
                java.util.Arrays.copyOf(bytes, bytes.length + length - 1000));

        // When
        assertThatThrownBy(() -> artifacts.tensors(ref))
                // Then
                .isInstanceOf(ArtifactDamaged.class)
                .hasMessageContaining("jobs/e/0/latents.safetensors");
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
        assertThat(range).isEqualTo(java.util.Arrays.copyOfRange(content, 70_000, 70_010));
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

    @ParameterizedTest
    @ValueSource(ints = {1000, 2 * PART})
    void an_object_keeps_its_old_content_until_the_new_is_whole(int bytes) {
        // Given
        ArtifactRef old = artifacts.putBytes("jobs/i/0/checkpoint.safetensors", noise(10));
        AtomicInteger writes = new AtomicInteger();
        List<ArtifactRef> seen = new CopyOnWriteArrayList<>();
        byte[] content = noise(bytes);
        Content watching = out -> {
            out.write(content, 0, bytes / 2);
            out.flush();
            if (writes.incrementAndGet() > 1) seen.add(artifacts.require(old.key()));
            out.write(content, bytes / 2, bytes - bytes / 2);
        };

        // When
        ArtifactRef written = artifacts.put(old.key(), watching, Description::file);

        // Then
        assertThat(seen).isNotEmpty().allMatch(old::equals);
        assertThat(artifacts.require(old.key())).isEqualTo(written);
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
    void deleting_a_prefix_spares_its_neighbours() {
        // Given
        for (int i = 0; i < 3; i++) artifacts.putBytes("jobs/j1/" + i + "/segment.mp4", new byte[1]);
        artifacts.putBytes("jobs/j10/video.mp4", new byte[1]);

        // When
        int deleted = artifacts.deleteAll(ArtifactKeys.job("j1"));

        // Then
        assertThat(deleted).isEqualTo(3);
        assertThat(artifacts.keys("jobs/j1/")).isEmpty();
        assertThat(artifacts.find("jobs/j10/video.mp4")).isPresent();
    }

    @Test
    void deleting_what_is_not_there_is_harmless() {
        artifacts.delete("jobs/nobody/video.mp4");
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
        try (Artifacts away = Artifacts.of(StoreFixture.settings(gone))) {
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
        try (Artifacts back = Artifacts.of(StoreFixture.settings(first))) {
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
        try (Artifacts stranger = Artifacts.of(wrong)) {
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
        try (Artifacts another = Artifacts.of(settings)) {
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

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }
}
