package dev.zoetrope.cli;

import dev.zoetrope.cli.mesh.DownCommand;
import dev.zoetrope.cli.mesh.StatusCommand;
import dev.zoetrope.cli.mesh.UpCommand;
import dev.zoetrope.engine.InvalidRequest;
import dev.zoetrope.machine.Machine;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code zoetrope} command. */
@Command(
        name = "zoetrope",
        description = "Makes video from text, pictures and video.",
        mixinStandardHelpOptions = true,
        version = "zoetrope 0.1.0",
        subcommands = {GenerateCommand.class, UpCommand.class, StatusCommand.class, DownCommand.class})
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs the command in this process; its exit code. */
    public static int run(String... arguments) {
        Machine.settleLocale();
        CommandLine command = Arguments.of(new CommandLine(new Main()))
                .setExecutionExceptionHandler((e, failed, parsed) -> tell(e, failed));
        try {
            Arguments.requireReadable(arguments);
            return command.execute(arguments);
        } catch (IllegalArgumentException | Error e) {
            // Errors pass by picocli: memory that ran out, a native library that is not there.
            return tell(e, command);
        }
    }

    private static int tell(Throwable e, CommandLine command) {
        if (System.getenv("ZOETROPE_TRACE") != null) e.printStackTrace(command.getErr());
        command.getErr().println("zoetrope: " + Failure.sentence(e));
        return e instanceof IllegalArgumentException || e instanceof InvalidRequest ? 2 : 1;
    }
}
