package dev.tributary.app.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.tributary.app.config.LogLevel;
import org.slf4j.LoggerFactory;

/** The one place that knows which logging library is behind the facade. */
final class Logs {

    private Logs() {}

    /** Sets how much the node's own loggers say from now on. */
    static void setLevel(LogLevel level) {
        if (LoggerFactory.getLogger("dev.tributary") instanceof Logger logger) {
            logger.setLevel(Level.valueOf(level.name()));
        }
    }
}
