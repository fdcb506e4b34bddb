package dev.tributary.core.watchdog;

import dev.tributary.core.error.QuotedText;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.value.NodeEvent.PartStalled;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Writes what the watchdog finds to the log, one line for each verdict a minute, and to the flight recorder. */
public final class StallReports {

    private static final Logger log = LoggerFactory.getLogger(StallReports.class);

    private final Map<PartStalled.Verdict, RateLimitedLog> lines = new EnumMap<>(PartStalled.Verdict.class);

    public StallReports() {
        for (PartStalled.Verdict verdict : PartStalled.Verdict.values()) {
            lines.put(verdict, RateLimitedLog.of(log));
        }
    }

    /** Reports the stall. Any thread. */
    public void report(PartStalled stall) {
        StallFlightEvent.record(stall);
        Objects.requireNonNull(lines.get(stall.verdict()))
                .log(
                        Level.WARN,
                        "part stalled part={} verdict={} ms={} work={} waiting={} cause=\"{}\" stack={}",
                        stall.part(),
                        stall.verdict(),
                        stall.length().toMillis(),
                        QuotedText.quote(stall.work()),
                        stall.waiting(),
                        QuotedText.printable(stall.cause()),
                        stall.stack());
    }
}
