package dev.zoetrope.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.codec.preview.Preview;
import dev.zoetrope.codec.reading.VideoReader;
import dev.zoetrope.codec.writing.FragmentSink;
import dev.zoetrope.codec.writing.SegmentAssembler;
import dev.zoetrope.codec.writing.SegmentFragmenter;
import dev.zoetrope.codec.writing.VideoMetadata;
import dev.zoetrope.codec.writing.VideoWriter;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Native memory is freed by hand, so somebody has to count: in a JVM of its own, whose heap is all there from the start.
 * {@code -Dcodec.rounds=1000} for the long form.
 */
class MemoryTest {
    private static final int ROUNDS = Integer.getInteger("codec.rounds", 150);

    @TempDir
    Path folder;

    @Test
    void memory_stays_flat_over_many_videos_and_over_long_ones() throws Exception {
        // Given
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

        // When
        Process process = new ProcessBuilder(
                        java,
                        "-Xms96m",
                        "-Xmx96m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classPath,
                        Probe.class.getName(),
                        folder.toString(),
                        Integer.toString(ROUNDS))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then: one frame leaked each round would be 50 KB a round; 3,200 frames kept would be 157 MB,
        // or 77 MB as they are coded from; malloc keeps up to 18 MB for a while
        assertThat(process.waitFor()).isZero();
        String[] growth = said.strip().split(" ");
        assertThat(Long.parseLong(growth[0])).as("MiB over many videos").isLessThan(8);
        assertThat(Long.parseLong(growth[1])).as("MiB over a long video").isLessThan(40);
    }

    /** Prints by how many MiB the process grew over many videos, and over a long one. */
    static final class Probe {
        private final Path folder;

        private Probe(Path folder) {
            this.folder = folder;
        }

        public static void main(String[] arguments) throws IOException {
            Probe probe = new Probe(Path.of(arguments[0]));
            int rounds = Integer.parseInt(arguments[1]);
            HostTensor clip = Clips.ball(9, 128, 128);
            for (int i = 0; i < rounds; i++) probe.everything(clip);
            long warm = residentMib();
            for (int i = 0; i < rounds; i++) probe.everything(clip);
            long many = residentMib();
            probe.lengthy(clip, 350);
            System.out.println((many - warm) + " " + (residentMib() - many));
        }

        private void lengthy(HostTensor chunk, int chunks) {
            Path video = folder.resolve("long.mp4");
            try (VideoWriter writer = VideoWriter.create(video, VideoFormat.of(128, 128, 16))) {
                for (int i = 0; i < chunks; i++) writer.write(chunk);
                writer.finish();
            }
            long frames = 0;
            try (VideoReader reader = VideoReader.open(video)) {
                for (var read = reader.read(8); read.isPresent(); read = reader.read(8)) {
                    frames += read.get().size(0);
                }
            }
            if (frames != chunk.size(0) * chunks) throw new AssertionError(frames + " frames");
        }

        private void everything(HostTensor clip) {
            Path video = folder.resolve("clip.mp4");
            try (VideoWriter writer = VideoWriter.create(video, VideoFormat.of(128, 128, 16))) {
                writer.write(clip);
                writer.finish();
            }
            SegmentAssembler.join(List.of(video, video), folder.resolve("joined.mp4"), VideoMetadata.NONE);
            SegmentFragmenter.fragment(video, 0, VideoMetadata.NONE, FragmentSink.of(OutputStream.nullOutputStream()));
            VideoReader.readAll(video, 100);
            Preview.thumbnail(video, 64);
            try {
                VideoWriter.create(folder.resolve("missing/x.mp4"), VideoFormat.of(128, 128, 16));
            } catch (CodecFailedException expected) {
                // A failure must give back what it took, too.
            }
        }

        private static long residentMib() throws IOException {
            System.gc();
            String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
            return Long.parseLong(pages[1]) * 4096 >> 20;
        }
    }
}
