package dev.zoetrope.codec.untrusted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.zoetrope.codec.Clips;
import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.untrusted.DecoderProtocol.Task;
import dev.zoetrope.codec.writing.VideoWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many damaged files of each kind are tried: {@code -Dcodec.mutations=2000} for a long night. */
class DamagedMediaTest {
    private static final int MUTATIONS = Integer.getInteger("codec.mutations", 25);
    /** This many of each kind meet a child of their own each; the others share one. */
    private static final int ALONE = 5;

    private static final MediaTarget TARGET = MediaTarget.of(VideoFormat.of(96, 64, 16), Fit.COVER);
    private static final MediaLimits LIMITS = MediaLimits.VIDEO.withDeadline(Duration.ofSeconds(20));

    private final DecoderBatch batch = new DecoderBatch();

    @TempDir
    Path folder;

    /** The parent survives, hears of each file within its deadline, and keeps no child. */
    @Test
    void damaged_files_of_every_kind_are_refused_or_read_but_nothing_worse() throws Exception {
        // Given
        List<byte[]> originals = originals();
        List<Callable<String>> tries = new ArrayList<>();
        for (int kind = 0; kind < originals.size(); kind++) {
            Random random = new Random(kind);
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] bad = Mutations.mutate(originals.get(kind), random);
                Path file = folder.resolve(kind + "-" + i);
                boolean alone = i < ALONE;
                tries.add(() -> alone ? attempt(Files.write(file, bad)) : attemptOfMany(Files.write(file, bad)));
            }
        }
        ExecutorService workers = Executors.newFixedThreadPool(2);

        // When
        List<Future<String>> outcomes =
                assertTimeoutPreemptively(Duration.ofSeconds(60 + 2L * tries.size()), () -> workers.invokeAll(tries));
        workers.shutdown();
        batch.close();

        // Then
        for (Future<String> outcome : outcomes) {
            assertThat(outcome.get()).isIn("read", "UNSUPPORTED", "DAMAGED", "NO_FRAMES", "TOO_LARGE");
        }
        assertThat(Judge.children()).isEmpty();
    }

    @Test
    void a_file_that_is_cut_short_is_refused() throws IOException {
        // Given
        byte[] whole = originals().get(0);

        for (int percent : new int[] {40, 60, 80, 95}) {
            // When
            byte[] cut = java.util.Arrays.copyOf(whole, whole.length * percent / 100);

            // Then
            assertThat(attempt(Files.write(folder.resolve("cut" + percent), cut)))
                    .isEqualTo("DAMAGED");
        }
    }

    private String attemptOfMany(Path file) throws Exception {
        synchronized (batch) {
            return batch.attempt(new DecoderProtocol.Request(Task.VIDEO, file.toString(), TARGET, LIMITS));
        }
    }

    private static String attempt(Path file) throws IOException {
        try (UntrustedMediaReader reader = UntrustedMediaReader.open(file, TARGET, LIMITS)) {
            while (reader.read(16).isPresent()) continue;
            return "read";
        } catch (MediaRefusedException e) {
            return e.reason().name();
        } finally {
            Files.delete(file);
        }
    }

    private List<byte[]> originals() throws IOException {
        Path ours = folder.resolve("ours.mp4");
        try (VideoWriter writer = VideoWriter.create(ours, VideoFormat.of(96, 64, 16))) {
            writer.write(Clips.ball(17, 64, 96));
            writer.finish();
        }
        List<byte[]> originals = new ArrayList<>();
        originals.add(Files.readAllBytes(ours));
        originals.add(converted(ours, "a.webm", "libvpx-vp9"));
        originals.add(converted(ours, "b.mp4", "libsvtav1"));
        originals.add(converted(ours, "c.gif", "gif"));
        originals.add(converted(ours, "d.ts", "libopenh264"));
        originals.add(converted(ours, "e.avi", "mjpeg"));
        originals.add(sample("hevc.mp4"));
        originals.add(sample("phone.mp4"));
        return originals;
    }

    private byte[] converted(Path from, String name, String encoder) throws IOException {
        Path to = folder.resolve(name);
        Judge.ffmpeg("-i", from.toString(), "-c:v", encoder, to.toString());
        return Files.readAllBytes(to);
    }

    private static byte[] sample(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(DamagedMediaTest.class.getResourceAsStream("/samples/" + name))) {
            return in.readAllBytes();
        }
    }
}
