package dev.zoetrope.bench;

import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.artifacts.StoreSettings;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.embedded.EmbeddedObjectStore;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How fast a large object is handed over through the store, against a raw copy of a file of the same size. Store and client share
 * this JVM, as in the one-process form; every write and read is checksummed.
 */
@Command(
        name = "hand-over",
        description = "A large object through artifacts and the embedded store, against a raw file copy.",
        mixinStandardHelpOptions = true)
final class HandOverBench implements Callable<Integer> {
    @Option(names = "--mib", defaultValue = "256", description = "The object's size (default: ${DEFAULT-VALUE}).")
    int mib = 256;

    @Option(names = "--rounds", defaultValue = "7", description = "Medians over so many (default: ${DEFAULT-VALUE}).")
    int rounds = 7;

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("zoetrope-hand-over-");
        try {
            run(folder);
        } finally {
            delete(folder);
        }
        return 0;
    }

    private void run(Path folder) throws IOException {
        byte[] content = new byte[mib << 20];
        new Random(1).nextBytes(content);
        Safetensors tensors = new Safetensors(Map.of("frames", HostTensor.ofBytes(content, content.length)));
        Path file = Files.write(folder.resolve("source"), content);
        Path copy = folder.resolve("copy");
        try (EmbeddedObjectStore store = EmbeddedObjectStore.start(folder.resolve("store"));
                BucketArtifacts artifacts = BucketArtifacts.of(new StoreSettings(
                        store.endpoint(),
                        "bench",
                        store.credentials().accessKey(),
                        store.credentials().secretKey()))) {
            artifacts.ensureBucket();
            ArtifactRef video = artifacts.putFile("jobs/bench/video.mp4", file);
            ArtifactRef frames = artifacts.putTensors("jobs/bench/0/frames-0.safetensors", tensors);
            List<Work> works = List.of(
                    () -> Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING),
                    () -> artifacts.putTensors(frames.key(), tensors),
                    () -> artifacts.putFile(video.key(), file),
                    () -> artifacts.tensors(frames),
                    () -> artifacts.download(video, copy));
            double[][] rates = new double[works.size()][rounds];
            long before = 0;
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < rates.length; i++) rates[i][round] = rate(works.get(i));
                if (round == 0) before = heap();
            }
            print(Arrays.stream(rates).mapToDouble(HandOverBench::median).toArray(), heap() - before);
        }
    }

    private void print(double[] medians, long growth) {
        double raw = medians[0];
        System.out.printf(
                Locale.ROOT,
                "{\"mib\": %d, \"raw_copy_mib_s\": %.0f, \"write_tensors_mib_s\": %.0f, \"write_file_mib_s\": %.0f, "
                        + "\"read_tensors_mib_s\": %.0f, \"read_file_mib_s\": %.0f, \"write_ratio\": %.2f, "
                        + "\"read_ratio\": %.2f, \"read_file_ratio\": %.2f, \"heap_growth_mib\": %d}%n",
                mib,
                raw,
                medians[1],
                medians[2],
                medians[3],
                medians[4],
                medians[1] / raw,
                medians[3] / raw,
                medians[4] / raw,
                growth);
    }

    private interface Work {
        void run() throws IOException;
    }

    private double rate(Work work) throws IOException {
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

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }
}
