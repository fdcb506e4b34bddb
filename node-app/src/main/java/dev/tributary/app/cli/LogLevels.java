package dev.tributary.app.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import dev.tributary.app.config.LogLevel;
import dev.tributary.core.error.FatalErrors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** Sets log levels; the only class that uses the logging library directly. */
final class LogLevels {

    private LogLevels() {}

    /** Sets the level of the node's own loggers. */
    static void setLevel(LogLevel level) {
        if (LoggerFactory.getLogger("dev.tributary") instanceof Logger logger) {
            logger.setLevel(Level.valueOf(level.name()));
        }
    }

    /**
     * Reports errors of the virtual machine that any library catches and logs, on its own threads, where nothing else of
     * the node sees them.
     */
    static void reportFatalErrors() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.addTurboFilter(new FatalErrorFilter());
        }
    }

    /** Sees every logged error, also one whose level is off. */
    private static final class FatalErrorFilter extends TurboFilter {

        @Override
        public FilterReply decide(
                @Nullable Marker marker,
                Logger logger,
                Level level,
                @Nullable String format,
                Object @Nullable [] params,
                @Nullable Throwable error) {
            if (error != null) {
                FatalErrors.report(error);
            }
            return FilterReply.NEUTRAL;
        }
    }
}
