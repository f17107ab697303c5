package dev.zoetrope.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What artifacts promise wherever they lie. */
abstract class ArtifactsContract {
    /** The size of a part, where large objects are written in parts. */
    static final int PART = 5 << 20;

    @TempDir
    Path folder;

    abstract Artifacts artifacts();

    /** Where an artifact's bytes lie. */
    abstract Path file(String key);

    @Test
    void tensors_come_back_as_they_were() {
        // Given
        Safetensors content = new Safetensors(
                Map.of("latents", HostTensor.ofFloats(new float[] {1, -2, 3.5f, 0, 7, 9}, 2, 3)), Map.of("step", "7"));

        // When
        ArtifactRef ref = artifacts().putTensors("jobs/a/0/latents.safetensors", content);

        // Then
        assertThat(ref.dtype()).isEqualTo("F32");
        assertThat(ref.shape()).containsExactly(2L, 3L);
        assertThat(artifacts().tensors(ref)).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, PART - 100, PART, PART + 1, 3 * PART + 12_345})
    void tensors_of_any_size_come_back(int bytes) {
        // Given
        Safetensors content = new Safetensors(Map.of("frames", HostTensor.ofBytes(noise(bytes), bytes)));

        // When
        ArtifactRef ref = artifacts().putTensors("jobs/a/0/frames-0.safetensors", content);

        // Then
        assertThat(artifacts().tensors(ref).get("frames").data())
                .isEqualTo(content.get("frames").data());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, PART, PART + 1, 2 * PART, 2 * PART + 77})
    void a_file_of_any_size_comes_back(int bytes) throws IOException {
        // Given
        Path file = Files.write(folder.resolve("in"), noise(bytes));

        // When
        ArtifactRef ref = artifacts().putFile("jobs/a/video.mp4", file);

        // Then
        Path copy = folder.resolve("out");
        artifacts().download(ref, copy);
        assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
        assertThat(ref.bytes()).isEqualTo(bytes);
    }

    @Test
    void the_same_content_under_the_same_key_has_the_same_reference() {
        // Given
        Safetensors content = new Safetensors(Map.of("x", HostTensor.ofLongs(new long[] {1, 2}, 2)));
        ArtifactRef first = artifacts().putTensors("jobs/a/0/latents.safetensors", content);

        // When
        ArtifactRef second = artifacts().putTensors("jobs/a/0/latents.safetensors", content);

        // Then
        assertThat(second).isEqualTo(first);
    }

    @Test
    void what_is_found_by_key_has_the_reference_that_its_writer_got() {
        // Given
        ArtifactRef tensor = artifacts()
                .putTensors(
                        "jobs/b/0/latents.safetensors",
                        new Safetensors(Map.of("x", HostTensor.ofFloats(new float[6], 1, 2, 3))));
        ArtifactRef scalar = artifacts()
                .putTensors(
                        "jobs/b/0/known.safetensors", new Safetensors(Map.of("x", HostTensor.ofFloats(new float[1]))));
        ArtifactRef several = artifacts()
                .putTensors(
                        "jobs/b/0/checkpoint.safetensors",
                        new Safetensors(Map.of(
                                "x", HostTensor.ofFloats(new float[1]), "y", HostTensor.ofFloats(new float[2], 2))));
        ArtifactRef large = artifacts()
                .putTensors(
                        "jobs/b/0/frames-0.safetensors",
                        new Safetensors(Map.of("x", HostTensor.of(DType.U8, ByteBuffer.allocate(PART + 1), PART + 1))));
        ArtifactRef file = artifacts().putBytes("jobs/b/video.mp4", new byte[3]);

        // When
        List<ArtifactRef> found = Stream.of(tensor, scalar, several, large, file)
                .map(ref -> artifacts().require(ref.key()))
                .toList();

        // Then
        assertThat(found).containsExactly(tensor, scalar, several, large, file);
    }

    @Test
    void nothing_is_found_where_nothing_is() {
        assertThat(artifacts().find("jobs/nobody/video.mp4")).isEmpty();
    }

    @Test
    void reading_what_is_not_there_says_so() {
        // Given
        ArtifactRef ref = ArtifactRef.file("jobs/nobody/video.mp4", 3, "0".repeat(64));

        // When
        assertThatThrownBy(() -> artifacts().open(ref))
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
        ArtifactRef ref = artifacts().putBytes("jobs/d/video.mp4", content);
        content[500]++;
        Files.write(file("jobs/d/video.mp4"), content);

        // When
        assertThatThrownBy(() -> artifacts().download(ref, folder.resolve("video.mp4")))
                // Then
                .isInstanceOf(ArtifactDamaged.class)
                .hasMessageContaining("expected jobs/d/video.mp4 with sha-256 " + ref.sha256());
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(ints = {999, 1001})
    void another_length_is_noticed(int length) throws IOException {
        // Given
        ArtifactRef ref = artifacts()
                .putTensors(
                        "jobs/e/0/latents.safetensors",
                        new Safetensors(Map.of("x", HostTensor.ofBytes(noise(1000), 1000))));
        byte[] bytes = Files.readAllBytes(file("jobs/e/0/latents.safetensors"));
        Files.write(file("jobs/e/0/latents.safetensors"), Arrays.copyOf(bytes, bytes.length + length - 1000));

        // When
        assertThatThrownBy(() -> artifacts().tensors(ref))
                // Then
                .isInstanceOf(ArtifactDamaged.class)
                .hasMessageContaining("jobs/e/0/latents.safetensors");
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 2 * PART})
    void an_object_keeps_its_old_content_until_the_new_is_whole(int bytes) {
        // Given
        ArtifactRef old = artifacts().putBytes("jobs/i/0/checkpoint.safetensors", noise(10));
        List<ArtifactRef> seen = new CopyOnWriteArrayList<>();
        byte[] content = noise(bytes);
        Content watching = out -> {
            out.write(content, 0, bytes / 2);
            out.flush();
            seen.add(artifacts().require(old.key()));
            out.write(content, bytes / 2, bytes - bytes / 2);
        };

        // When
        ArtifactRef written = artifacts().put(old.key(), watching, Description::file);

        // Then
        assertThat(seen).isNotEmpty().allMatch(old::equals);
        assertThat(artifacts().require(old.key())).isEqualTo(written);
    }

    @Test
    void deleting_a_prefix_spares_its_neighbours() {
        // Given
        for (int i = 0; i < 3; i++) artifacts().putBytes("jobs/j1/" + i + "/segment.mp4", new byte[1]);
        artifacts().putBytes("jobs/j10/video.mp4", new byte[1]);

        // When
        int deleted = artifacts().deleteAll(ArtifactKeys.job("j1"));

        // Then
        assertThat(deleted).isEqualTo(3);
        assertThat(artifacts().keys("jobs/j1/")).isEmpty();
        assertThat(artifacts().find("jobs/j10/video.mp4")).isPresent();
    }

    @Test
    void deleting_what_is_not_there_is_harmless() {
        artifacts().delete("jobs/nobody/video.mp4");
    }

    static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }
}
