package dev.zoetrope.codec;

import com.sun.management.OperatingSystemMXBean;
import dev.zoetrope.codec.reading.VideoReader;
import dev.zoetrope.codec.untrusted.UntrustedMediaReader;
import dev.zoetrope.codec.writing.EncoderSettings;
import dev.zoetrope.codec.writing.VideoCodec;
import dev.zoetrope.codec.writing.VideoMetadata;
import dev.zoetrope.codec.writing.VideoWriter;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prints the table of codec/README.md, which has the command. Not a test: it asserts nothing and takes its time. */
class CodecMeasurement {
    private static final int RATE = 16;
    private static final int ROUNDS = 5;

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    @TempDir
    Path folder;

    @Test
    void measure() throws IOException {
        System.out.println("| clip | codec | encode fps | decode fps | kbit/s | PSNR-Y |");
        System.out.println("|---|---|---|---|---|---|");
        HostTensor toybox = Clips.toybox();
        HostTensor large = Clips.ball(65, 480, 832);
        for (VideoCodec codec : VideoCodec.values()) {
            row("toybox 64x64, 33 frames", toybox, EncoderSettings.of(codec));
            row("drawn 480x832, 65 frames", large, EncoderSettings.of(codec));
        }
        children();
    }

    private void row(String name, HostTensor clip, EncoderSettings settings) throws IOException {
        Path file = folder.resolve("clip.mp4");
        double encode = Double.MAX_VALUE;
        double decode = Double.MAX_VALUE;
        double psnr = 0;
        for (int i = 0; i < ROUNDS; i++) {
            encode = Math.min(encode, coreSeconds(() -> write(file, clip, settings)));
            HostTensor[] back = new HostTensor[1];
            decode = Math.min(decode, coreSeconds(() -> back[0] = VideoReader.readAll(file, 1000)));
            psnr = Quality.psnrY(clip, back[0]);
        }
        long frames = clip.size(0);
        double kilobits = Files.size(file) * 8 / 1000.0 / (frames / (double) RATE);
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %.0f | %.0f | %.0f | %.1f |%n",
                name,
                settings.codec(),
                frames / encode,
                frames / decode,
                kilobits,
                psnr);
    }

    /** Start of the child, decoding and fitting of a small video, until the last frame is here. */
    private void children() {
        Path file = folder.resolve("clip.mp4");
        write(file, Clips.toybox(), EncoderSettings.H264);
        MediaTarget target = MediaTarget.of(VideoFormat.of(64, 64, RATE), Fit.COVER);
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            best = Math.min(best, seconds(() -> {
                try (UntrustedMediaReader reader = UntrustedMediaReader.open(file, target, MediaLimits.VIDEO)) {
                    while (reader.read(16).isPresent()) continue;
                }
            }));
        }
        System.out.printf(Locale.ROOT, "%nA video of 33 frames through the child process: %.0f ms%n", best * 1000);
    }

    private static void write(Path file, HostTensor clip, EncoderSettings settings) {
        VideoFormat format = VideoFormat.of((int) clip.size(2), (int) clip.size(1), RATE);
        try (VideoWriter writer = VideoWriter.create(file, format, settings, VideoMetadata.NONE)) {
            writer.write(clip);
            writer.finish();
        }
    }

    /** Of all threads of this process together: what one core would take, whatever else the machine is doing. */
    private static double coreSeconds(Runnable work) {
        long start = PROCESS.getProcessCpuTime();
        int times = 0;
        // The clock ticks every 10 ms.
        do {
            work.run();
            times++;
        } while (PROCESS.getProcessCpuTime() - start < 300_000_000);
        return (PROCESS.getProcessCpuTime() - start) / 1e9 / times;
    }

    private static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
