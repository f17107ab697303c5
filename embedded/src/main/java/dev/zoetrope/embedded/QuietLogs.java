package dev.zoetrope.embedded;

import java.util.Map;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/**
 * Lets the broker and the store log warnings only, unless somebody has chosen a level for them.
 *
 * <p>Both say hundreds of lines at every start. This reaches java.util.logging (and JBoss's log manager, which is one) and
 * slf4j-simple, which tests use; it must run before the first of their loggers exists.
 */
final class QuietLogs {
    private static final Map<String, Level> LEVELS = Map.of(
            "org.apache.kafka", Level.WARNING,
            // Warns at each start that it activates itself.
            "org.apache.kafka.controller.QuorumController", Level.SEVERE,
            "kafka", Level.WARNING,
            "state.change.logger", Level.WARNING,
            "org.gaul", Level.WARNING,
            "com.yammer.metrics", Level.WARNING);

    // Held, because java.util.logging forgets loggers that nobody holds, and their levels with them.
    private static final Map<String, Logger> LOGGERS =
            LEVELS.keySet().stream().collect(Collectors.toMap(Function.identity(), Logger::getLogger));

    private QuietLogs() {}

    static void apply() {
        LEVELS.forEach((name, level) -> {
            Logger logger = LOGGERS.get(name);
            if (logger != null && logger.getLevel() == null) logger.setLevel(level);
            setIfAbsent("org.slf4j.simpleLogger.log." + name, level == Level.SEVERE ? "error" : "warn");
        });
        // Kafka touches Log4j's API, which complains on the console where nothing implements it.
        setIfAbsent("log4j2.statusLoggerLevel", "OFF");
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) System.setProperty(property, value);
    }
}
