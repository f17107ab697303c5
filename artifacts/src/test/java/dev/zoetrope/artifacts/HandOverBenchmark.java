package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * How fast a large object is handed over through the store, against a raw copy of a file of the same size: prints one JSON line.
 * Store and client share this JVM, as in the one-process form.
 *
 * <p>Run by {@code bench}, and alone by its main method.
 */
final class HandOverBenchmark {
    private static final int ROUNDS = 7;

    private HandOverBenchmark() {}

    /** MiB a second, medians over the rounds; and how much the heap grew from the second round to the last, in MiB. */
    record Result(
            double copy, double writeTensors, double writeFile, double readTensors, double readFile, long growth) {
        double read() {
            return readFile / copy;
        }

        double write() {
            return writeFile / copy;
        }

        String json(int mib) {
            return String.format(
                    Locale.ROOT,
                    "{\"mib\": %d, \"copy_mib_s\": %.0f, \"write_tensors_mib_s\": %.0f, \"write_file_mib_s\": %.0f, "
                            + "\"read_tensors_mib_s\": %.0f, \"read_file_mib_s\": %.0f, \"read_of_copy\": %.2f, "
                            + "\"write_of_copy\": %.2f, \"heap_growth_mib\": %d}",
                    mib,
                    copy,
                    writeTensors,
                    writeFile,
                    readTensors,
                    readFile,
                    read(),
                    write(),
                    growth);
        }
    }

    static Result run(int mib, Path folder) throws IOException {
        byte[] content = new byte[mib << 20];
        new Random(1).nextBytes(content);
        Safetensors tensors = new Safetensors(Map.of("frames", HostTensor.ofBytes(content, content.length)));
        Path file = Files.write(folder.resolve("source"), content);
        Path copy = folder.resolve("copy");
        double[][] rates = new double[5][ROUNDS];
        long before = 0;
        try (StoreFixture fixture = StoreFixture.in(folder.resolve("store"))) {
            Artifacts artifacts = fixture.artifacts();
            ArtifactRef written = artifacts.putFile("jobs/bench/video.mp4", file);
            ArtifactRef frames = artifacts.putTensors("jobs/bench/0/frames-0.safetensors", tensors);
            for (int i = 0; i < ROUNDS; i++) {
                rates[0][i] = rate(mib, () -> Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING));
                rates[1][i] = rate(mib, () -> artifacts.putTensors(frames.key(), tensors));
                rates[2][i] = rate(mib, () -> artifacts.putFile(written.key(), file));
                rates[3][i] = rate(mib, () -> artifacts.tensors(frames));
                rates[4][i] = rate(mib, () -> artifacts.download(written, copy));
                if (i == 0) before = heap();
            }
        }
        long growth = heap() - before;
        return new Result(
                median(rates[0]), median(rates[1]), median(rates[2]), median(rates[3]), median(rates[4]), growth);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static double rate(int mib, Work work) throws IOException {
        long start = System.nanoTime();
        work.run();
        return mib * 1e9 / (System.nanoTime() - start);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    }

    public static void main(String[] args) throws IOException {
        int mib = args.length > 0 ? Integer.parseInt(args[0]) : 256;
        Path folder = Files.createTempDirectory("zoetrope-handover-");
        try {
            System.out.println(run(mib, folder).json(mib));
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path path :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(path);
            }
        }
    }
}
