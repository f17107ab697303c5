package dev.zoetrope.standalone;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The {@code zoetrope} command, beside a mesh whose folder is known. */
record Command(Path folder) {
    /** What a run left: its exit code and all that it said. */
    record Outcome(int code, String output) {}

    Outcome run(List<String> arguments) throws Exception {
        JavaProcess process = start(arguments);
        return new Outcome(process.process().waitFor(), process.output());
    }

    JavaProcess start(List<String> arguments) throws Exception {
        List<String> java = new ArrayList<>(List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.zoetrope.cli.Main"));
        java.addAll(arguments);
        return JavaProcess.start(
                "command-" + System.nanoTime(),
                folder,
                Map.of(
                        "ZOETROPE_HOME", folder.toString(),
                        "ZOETROPE_DATA", folder.resolve("state/data").toString(),
                        "ZOETROPE_MODELS", OneProcess.models().toString()),
                java);
    }
}
