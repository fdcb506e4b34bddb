package dev.tributary.app.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.tributary.app.config.LogLevel;
import org.slf4j.LoggerFactory;

/** Sets log levels; the only class that uses the logging library directly. */
final class LogLevels {

    private LogLevels() {}

    /** Sets the level of the node's own loggers. */
    static void setLevel(LogLevel level) {
        if (LoggerFactory.getLogger("dev.tributary") instanceof Logger logger) {
            logger.setLevel(Level.valueOf(level.name()));
        }
    }
}
