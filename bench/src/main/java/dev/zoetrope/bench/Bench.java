package dev.zoetrope.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks' command. */
@Command(
        name = "bench",
        description = "Prints what docs/performance.md reports, as JSON.",
        mixinStandardHelpOptions = true,
        subcommands = {ModelBench.class, SoakBench.class, HandOverBench.class, MeshBench.class})
public final class Bench {
    private Bench() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }
}
