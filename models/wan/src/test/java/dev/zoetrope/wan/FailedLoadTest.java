package dev.zoetrope.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelException;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loading that fails late, when the program is compiled and the native library maps the weights: of a sparse file of terabytes. */
class FailedLoadTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path TOYBOX = Path.of("../toybox");
    private static final EngineSettings SETTINGS = new EngineSettings("cpu", 1, null);
    private static final int LOADS = 50;
    private static final int ROUNDS = 3;
    private static final int GIANT = 2_000_000_000;
    /** Of the 50 compiled programs alone, had they stayed, there would be more. */
    private static final long MOST_GROWTH_KIB = 64 << 10;

    @TempDir
    Path folder;

    @BeforeEach
    void copy() throws IOException {
        try (Stream<Path> files = Files.walk(TOYBOX)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = folder.resolve(TOYBOX.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
    }

    @Test
    void a_transformer_that_fails_late_fifty_times_holds_no_native_memory() throws IOException {
        // Given
        grow(
                "transformer",
                "diffusion_pytorch_model",
                "text_dim",
                "condition_embedder.text_embedder.linear_1.weight",
                1);
        // When, Then
        failsWithoutATrace(() -> new WanFamily().denoiser(folder, SETTINGS).close());
    }

    @Test
    void a_text_encoder_that_fails_late_fifty_times_holds_no_native_memory() throws IOException {
        // Given
        grow("text_encoder", "model", "vocab_size", "shared.weight", 0);
        // When, Then
        failsWithoutATrace(() -> new WanFamily().textEncoder(folder, SETTINGS).close());
    }

    private static void failsWithoutATrace(Runnable loading) throws IOException {
        for (int i = 0; i < 5; i++) assertThat(catchThrowable(loading::run)).isInstanceOf(ModelException.class);
        int inUse = Torch.inUse();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) least = Math.min(least, growthKib(loading));
        assertThat(Torch.inUse()).isEqualTo(inUse);
        assertThat(least).isLessThan(MOST_GROWTH_KIB);
    }

    /** A leak grows in every round; the JVM's own growth (compiled code, pages of its heap) does not. */
    private static long growthKib(Runnable loading) throws IOException {
        long before = residentKib();
        for (int i = 0; i < LOADS; i++) {
            assertThat(catchThrowable(loading::run)).isInstanceOf(ModelException.class);
        }
        return residentKib() - before;
    }

    private static long residentKib() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Says in config and weights alike that one axis is giant; the file is as long as it says, and empty. */
    private void grow(String part, String stem, String field, String key, int axis) throws IOException {
        Path config = folder.resolve(part).resolve("config.json");
        ObjectNode fields = (ObjectNode) JSON.readTree(config.toFile());
        fields.put(field, GIANT);
        JSON.writeValue(config.toFile(), fields);
        Path weights = folder.resolve(part).resolve(stem + ".safetensors");
        ByteBuffer whole = ByteBuffer.wrap(Files.readAllBytes(weights)).order(ByteOrder.LITTLE_ENDIAN);
        ObjectNode header = (ObjectNode) JSON.readTree(whole.array(), 8, (int) whole.getLong(0));
        header.remove("__metadata__");
        ((ArrayNode) header.get(key).get("shape")).set(axis, GIANT);
        long place = 0;
        for (var entry : header.properties()) {
            long[] shape = JSON.convertValue(entry.getValue().get("shape"), long[].class);
            // As F32 no weight is copied: the map itself is what fails.
            ((ObjectNode) entry.getValue()).put("dtype", "F32");
            ((ObjectNode) entry.getValue())
                    .putArray("data_offsets")
                    .add(place)
                    .add(place += HostTensor.elements(shape) * 4);
        }
        byte[] json = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        byte[] padded = new byte[(json.length + 7) / 8 * 8];
        Arrays.fill(padded, (byte) ' ');
        System.arraycopy(json, 0, padded, 0, json.length);
        try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
            file.setLength(0);
            file.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(padded.length)
                    .array());
            file.write(padded);
            file.setLength(8 + padded.length + place);
        }
    }
}
