package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.CloseReason.Kind;
import dev.tributary.core.peer.SampleMessages;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.test.scheduler.VirtualTimeScheduler;

class RateLimitedLinkLogTests {

    private static final CloseReason VIOLATION = new CloseReason(Kind.PROTOCOL, "garbage");

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final RateLimitedLinkLog log = new RateLimitedLinkLog(time);
    private final PeerId peer = new SampleMessages(1).peer();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RateLimitedLinkLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void attachAppender() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
    }

    @AfterEach
    void detachAppender() {
        logger.detachAppender(lines);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    @Test
    void faultIsLoggedAsWarningOncePerMinuteForEachHostAndKind() {
        logViolation("192.0.2.1", 1);
        logViolation("192.0.2.1", 2);
        logViolation("192.0.2.2", 1);
        time.advanceTimeBy(Duration.ofSeconds(60));
        logViolation("192.0.2.1", 3);

        assertThat(levels()).containsExactly(Level.WARN, Level.DEBUG, Level.WARN, Level.WARN);
    }

    @Test
    void regularEndIsNotLoggedAsWarning() {
        log.linkClosed(peer, new PeerAddress("192.0.2.1", 1), "remote", new CloseReason(Kind.STOPPING, "bye"));

        assertThat(levels()).containsExactly(Level.DEBUG);
    }

    @Test
    void lineContainsSideAndReason() {
        log.handshakeFailed(null, new PeerAddress("192.0.2.1", 1), "local", VIOLATION);
        log.linkClosed(peer, new PeerAddress("192.0.2.9", 1), "remote", VIOLATION);

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "handshake failed peer=? address=192.0.2.1:1 by=local reason=PROTOCOL (garbage)",
                        "link closed peer=" + peer.brief()
                                + " address=192.0.2.9:1 by=remote reason=PROTOCOL (garbage)");
    }

    private void logViolation(String host, int port) {
        log.handshakeFailed(peer, new PeerAddress(host, port), "local", VIOLATION);
    }

    private List<Level> levels() {
        return lines.list.stream().map(ILoggingEvent::getLevel).toList();
    }
}
