package dev.tributary.core.error;

import dev.tributary.core.limit.TokenBucket;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;

/**
 * Logs one kind of event that peers, contracts or clients can cause: at most one line a minute, without a stack trace.
 * The other events of the kind, and stack traces, are logged at debug level. Thread-safe.
 */
public final class RateLimitedLog {

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Logger log;
    private final LongSupplier nanos;
    private final TokenBucket bucket;
    private long suppressed;

    /** Creates the log of one kind of event; after {@code burst} lines at once there is one a minute. */
    public RateLimitedLog(Logger log, int burst, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
        this.bucket = new TokenBucket(TokenBucket.Rate.of(burst, INTERVAL), nanos.getAsLong());
    }

    /** Creates the log of one kind of event by the clock of the machine. */
    public static RateLimitedLog of(Logger log) {
        return new RateLimitedLog(log, 1, TimeSource.system()::nanos);
    }

    /** Logs a line at this level, or at debug level. */
    public void log(Level level, String format, Object... arguments) {
        write(level, MessageFormatter.arrayFormat(format, arguments).getMessage());
    }

    /** Logs a warning with the failure in one line. */
    public void warn(Throwable failure, String format, Object... arguments) {
        String line = MessageFormatter.arrayFormat(format, arguments).getMessage();
        write(Level.WARN, line + " failure=" + summary(failure));
        log.debug("stack trace of: {}", line, failure);
    }

    private void write(Level level, String line) {
        long before = take();
        if (before < 0) {
            log.debug("{}", line);
        } else {
            log.atLevel(level).log("{}{}", line, before == 0 ? "" : " suppressed=" + before);
        }
    }

    /** Returns the number of lines suppressed since the last one, or -1 if this line is suppressed. */
    private synchronized long take() {
        if (!bucket.tryAcquire(nanos.getAsLong())) {
            suppressed++;
            return -1;
        }
        long before = suppressed;
        suppressed = 0;
        return before;
    }

    private static String summary(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        String message = failure.getMessage() == null ? "" : " " + QuotedText.quote(failure.getMessage());
        return failure.getClass().getName() + message + (trace.length == 0 ? "" : " at " + trace[0]);
    }
}
