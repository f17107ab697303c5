package dev.zoetrope.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program, run to its end. */
final class Command {
    private static final int PATIENCE_SECONDS = 300;

    private Command() {}

    /**
     * Runs a program, and gives what it printed.
     *
     * @throws AssertionError when it ends with anything but 0, or not in time; with its output
     */
    static String run(Path folder, Map<String, String> environment, List<String> command) throws Exception {
        Path log = Files.createTempFile("example", ".log");
        try {
            Process process = start(folder, environment, command, log);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        command + " has not ended after " + PATIENCE_SECONDS + " s:\n" + Files.readString(log));
            }
            String output = Files.readString(log);
            if (process.exitValue() != 0) {
                throw new AssertionError(command + " ended with " + process.exitValue() + ":\n" + output);
            }
            return output;
        } finally {
            Files.deleteIfExists(log);
        }
    }

    /** Starts a program whose output goes to a file. */
    static Process start(Path folder, Map<String, String> environment, List<String> command, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** The JVM that runs this. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
