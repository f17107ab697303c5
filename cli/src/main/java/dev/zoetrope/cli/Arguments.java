package dev.zoetrope.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** How arguments become values, and what is said of those that do not: where help is, and in the last line what is wrong. */
final class Arguments {
    /** What Java makes of bytes that are no text in its encoding. */
    private static final char UNREADABLE = '\uFFFD';

    private Arguments() {}

    /** Sets a command line's converters and its answer to wrong arguments. */
    static CommandLine of(CommandLine command) {
        return command.registerConverter(int.class, number("a whole number", Integer::valueOf))
                .registerConverter(Integer.class, number("a whole number", Integer::valueOf))
                .registerConverter(long.class, number("a whole number", Long::valueOf))
                .registerConverter(Long.class, number("a whole number", Long::valueOf))
                .registerConverter(double.class, number("a number", Double::valueOf))
                .registerConverter(Double.class, number("a number", Double::valueOf))
                .registerConverter(Path.class, Arguments::path)
                .setParameterExceptionHandler((e, arguments) -> refuse(e));
    }

    /** @throws IllegalArgumentException an argument is not readable in the process's encoding */
    static void requireReadable(String... arguments) {
        for (String argument : arguments) {
            if (argument.indexOf(UNREADABLE) >= 0) {
                throw new IllegalArgumentException("expected arguments in UTF-8, but \"" + argument + "\" came");
            }
        }
    }

    private static <T> ITypeConverter<T> number(String expected, Function<String, T> parse) {
        return text -> {
            try {
                return parse.apply(text.strip());
            } catch (NumberFormatException e) {
                throw new TypeConversionException("expected " + expected + ", but \"" + text + "\" came");
            }
        };
    }

    private static Path path(String text) {
        try {
            if (!text.isEmpty()) return Path.of(text);
        } catch (InvalidPathException e) {
            // Said below.
        }
        throw new TypeConversionException("expected a file's path, but \"" + text + "\" came");
    }

    private static int refuse(ParameterException e) {
        CommandLine command = e.getCommandLine();
        UnmatchedArgumentException.printSuggestions(e, command.getErr());
        command.getErr().println("help: " + command.getCommandSpec().qualifiedName() + " --help");
        command.getErr().println("zoetrope: " + sentence(e));
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String sentence(ParameterException e) {
        if (e.getCause() instanceof TypeConversionException && e.getArgSpec() instanceof OptionSpec option) {
            return option.longestName() + ": " + e.getCause().getMessage();
        }
        return Failure.sentence(e);
    }
}
