package dev.zoetrope.cli;

import dev.zoetrope.cli.mesh.DownCommand;
import dev.zoetrope.cli.mesh.StatusCommand;
import dev.zoetrope.cli.mesh.UpCommand;
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

    static int run(String... arguments) {
        return new CommandLine(new Main())
                .registerConverter(FrameSize.class, new FrameSize.Converter())
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println("zoetrope: " + message(e));
                    if (System.getenv("ZOETROPE_TRACE") != null) e.printStackTrace(command.getErr());
                    return e instanceof IllegalArgumentException ? 2 : 1;
                })
                .execute(arguments);
    }

    private static String message(Throwable e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
