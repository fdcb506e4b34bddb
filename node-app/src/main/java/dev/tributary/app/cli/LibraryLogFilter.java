package dev.tributary.app.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import dev.tributary.core.limit.BoundedMap;
import java.util.concurrent.TimeUnit;

/**
 * Passes one line a minute of each logger of a library: the libraries log what peers and clients send, as often as they
 * send it. Named in the configuration of the log. Thread-safe.
 */
public final class LibraryLogFilter extends Filter<ILoggingEvent> {

    /** Maximum number of loggers whose last line is remembered. */
    private static final int MAX_LOGGERS = 256;

    private static final long INTERVAL_MILLIS = TimeUnit.MINUTES.toMillis(1);

    /** A line may come after one that another thread began later; beyond this the clock was set back. */
    private static final long DISORDER_MILLIS = TimeUnit.SECONDS.toMillis(5);

    private final BoundedMap<String, Long> lastLines = BoundedMap.leastRecentlyWritten(MAX_LOGGERS);

    @Override
    public FilterReply decide(ILoggingEvent event) {
        synchronized (lastLines) {
            Long last = lastLines.get(event.getLoggerName());
            if (last != null && isWithinInterval(event.getTimeStamp() - last)) {
                return FilterReply.DENY;
            }
            lastLines.put(event.getLoggerName(), event.getTimeStamp());
            return FilterReply.NEUTRAL;
        }
    }

    private static boolean isWithinInterval(long millis) {
        return millis > -DISORDER_MILLIS && millis < INTERVAL_MILLIS;
    }
}
