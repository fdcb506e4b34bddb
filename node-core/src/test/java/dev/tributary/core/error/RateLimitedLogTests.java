package dev.tributary.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RateLimitedLogTests {

    private final Logger logger = (Logger) LoggerFactory.getLogger(RateLimitedLogTests.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private long now;
    private final RateLimitedLog limited = new RateLimitedLog(logger, 2, () -> now);

    @BeforeEach
    void attach() {
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void detach() {
        logger.detachAppender(lines);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    @Test
    void afterTheBurstOneLineAMinuteIsLoggedWithTheNumberOfSuppressedOnes() {
        for (int i = 0; i < 100; i++) {
            limited.log(org.slf4j.event.Level.INFO, "linked peer={}", i);
        }
        now += Duration.ofMinutes(1).toNanos();
        limited.log(org.slf4j.event.Level.INFO, "linked peer={}", "last");
        limited.log(org.slf4j.event.Level.INFO, "linked peer={}", "none");

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("linked peer=0", "linked peer=1", "linked peer=last suppressed=98");
    }

    @Test
    void failureIsOneLineWithoutAStackTrace() {
        limited.warn(new IllegalStateException("bad\nINFO forged \u202e line" + "x".repeat(1000)), "request failed");

        assertThat(lines.list).singleElement().satisfies(event -> {
            assertThat(event.getThrowableProxy()).isNull();
            assertThat(event.getFormattedMessage())
                    .startsWith("request failed failure=java.lang.IllegalStateException \"bad?INFO forged ? linexxx")
                    .contains("...\" at ")
                    .hasSizeLessThan(500);
        });
    }
}
