package dev.zoetrope.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What one piece of work took.
 *
 * @param median seconds
 * @param minimum seconds
 * @param peakMegabytes the process's resident memory at its highest while it ran
 */
record Measurement(double median, double minimum, long peakMegabytes) {
    /** Runs the work once to warm up and then {@code repeats} times. */
    static Measurement of(int repeats, Runnable work) {
        work.run();
        resetPeak();
        double[] seconds = new double[repeats];
        for (int i = 0; i < repeats; i++) {
            long start = System.nanoTime();
            work.run();
            seconds[i] = (System.nanoTime() - start) / 1e9;
        }
        Arrays.sort(seconds);
        return new Measurement(seconds[repeats / 2], seconds[0], peak());
    }

    /** Linux forgets the highest resident memory when told so; elsewhere the figure is that of the whole run. */
    private static void resetPeak() {
        try {
            Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        } catch (IOException e) {
            System.err.println("bench: peak memory is that of the whole run: " + e.getMessage());
        }
    }

    private static long peak() {
        return status("VmHWM:");
    }

    /** The process's resident memory now, in megabytes. */
    static long resident() {
        return status("VmRSS:");
    }

    private static long status(String field) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(-1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
