package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import org.junit.jupiter.api.Test;

class LibraryLogFilterTests {

    private final LoggerContext context = new LoggerContext();
    private final LibraryLogFilter filter = new LibraryLogFilter();

    @Test
    void eachLoggerOfALibraryHasOneLineAMinute() {
        assertThat(decide("io.netty.handler", 1000)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide("io.netty.handler", 30_000)).isEqualTo(FilterReply.DENY);
        assertThat(decide("reactor.core.publisher.Operators", 30_000)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide("io.netty.handler", 61_000)).isEqualTo(FilterReply.NEUTRAL);
    }

    @Test
    void linesOfTwoThreadsAtOnceCountInAnyOrder() {
        assertThat(decide("io.netty.handler", 100_000_001)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide("io.netty.handler", 100_000_000)).isEqualTo(FilterReply.DENY);
        assertThat(decide("io.netty.handler", 100_030_000)).isEqualTo(FilterReply.DENY);
    }

    @Test
    void clockThatIsSetBackSilencesNoLogger() {
        assertThat(decide("io.netty.handler", 100_000_000)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide("io.netty.handler", 1000)).isEqualTo(FilterReply.NEUTRAL);
    }

    private FilterReply decide(String logger, long millis) {
        LoggingEvent event = new LoggingEvent("", context.getLogger(logger), Level.WARN, "bad", null, null);
        event.setTimeStamp(millis);
        return filter.decide(event);
    }
}
