package dev.zoetrope.wan.vae;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Each length runs in a process of its own, whose peak of resident memory the kernel keeps. */
@EnabledOnOs(OS.LINUX)
class DecodingMemoryTest {
    @Test
    void a_long_video_takes_no_more_memory_to_decode_than_a_short_one() throws Exception {
        // Given
        long few = peakKilobytes(21);
        // When
        long many = peakKilobytes(241);
        // Then
        System.out.println(
                "peak memory of decoding 21 latent frames: " + few / 1024 + " MiB, 241: " + many / 1024 + " MiB");
        assertThat((double) many / few).isLessThan(1.1);
    }

    private static long peakKilobytes(int latentFrames) throws IOException, InterruptedException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                Integer.toString(latentFrames));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return Long.parseLong(output.strip());
    }

    /** Decodes toybox latents of 64 x 64 pixels and prints the process's peak memory. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws IOException {
            int latentFrames = Integer.parseInt(args[0]);
            try (WanAutoencoder vae = Videos.load(Videos.TOYBOX)) {
                HostTensor latents = Videos.noise(1, vae.latentChannels(), latentFrames, 8, 8);
                long[] frames = {0};
                vae.decode(latents, Tiling.NONE, chunk -> frames[0] += chunk.size(0));
                if (frames[0] != 4L * latentFrames - 3) throw new AssertionError("decoded " + frames[0] + " frames");
            }
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) System.out.println(line.replaceAll("\\D", ""));
            }
        }
    }
}
