package dev.zoetrope.cli;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** The API's names of parameters as the command's options: its users know no others. */
public final class OptionNames {
    /** Where an option is not named as its parameter. */
    private static final Map<String, String> RENAMED = Map.ofEntries(
            Map.entry("negative prompt", "--negative-prompt"),
            Map.entry("width", "--size: width"),
            Map.entry("height", "--size: height"),
            Map.entry("seconds", "--frames: seconds"),
            Map.entry("input_reference", "--first-frame"),
            Map.entry("characters", "--character"),
            Map.entry("from", "--connect: the first video"),
            Map.entry("to", "--connect: the second video"),
            Map.entry("direction", "--backward"));

    private static final Set<String> OPTIONS =
            CommandSpec.forAnnotatedObject(new GenerateCommand()).optionsMap().keySet();

    /** The parameter that a message begins with, and its place in a list. */
    private static final Pattern SUBJECT =
            Pattern.compile("([a-z_]+(?: prompt)?)((?:\\[\\d+])?(?:\\.\\w+)*)(: .*)", Pattern.DOTALL);

    private static final Pattern QUOTED = Pattern.compile("'([a-z_]+)((?:\\[\\d+])?(?:\\.\\w+)*)'");
    /** Names that are no words of a language, wherever they stand. */
    private static final Pattern UNMISTAKABLE =
            Pattern.compile("\\b(?:input_reference|first_frame|last_frame|negative_prompt)\\b");

    private OptionNames() {}

    /** The message with options in place of parameters. */
    public static String in(String message, Task task) {
        Matcher subject = SUBJECT.matcher(message);
        String named = message;
        if (subject.matches()) {
            String option = option(subject.group(1), task);
            if (option != null) named = option + subject.group(2) + subject.group(3);
        } else if (message.startsWith("Missing required parameter") || message.startsWith("Unknown parameter")) {
            named = QUOTED.matcher(message).replaceFirst(quoted -> {
                String option = option(quoted.group(1), task);
                return Matcher.quoteReplacement(option == null ? quoted.group() : "'" + option + quoted.group(2) + "'");
            });
        }
        return UNMISTAKABLE.matcher(named).replaceAll(name -> String.valueOf(option(name.group(), task)));
    }

    /** The option that sets a parameter of the API; null for none. */
    static @Nullable String option(String parameter, Task task) {
        if (!parameter.equals("video")) {
            String same = "--" + parameter.replace('_', '-');
            return OPTIONS.contains(same) ? same : RENAMED.get(parameter);
        }
        if (task instanceof Task.Loop) return "--loop";
        if (task instanceof Task.Edit) return "--edit";
        return task instanceof Task.Extend ? "--extend" : "--character";
    }
}
