package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.value.PeerAddress;
import dev.tributary.transport.identity.TlsEngine;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PeerTransportConfigTests {

    private final PeerTransportConfig config = PeerTransportConfig.defaults();

    @Test
    void witherChangesOnlyItsOwnValue() {
        PeerTransportConfig changed = config.listen(new PeerAddress("::1", 1))
                .agent("a")
                .engine(TlsEngine.JDK)
                .threads(3)
                .handshakeTimeout(Duration.ofSeconds(1))
                .keepAlive(Duration.ofSeconds(2), Duration.ofSeconds(3))
                .closeTimeout(Duration.ofSeconds(4))
                .maxPendingHandshakes(5)
                .maxLinks(6)
                .sendQueue(7, 100_000_000)
                .slowPeerTimeout(Duration.ofSeconds(8))
                .writeBufferHighWaterMark(65_536)
                .difficulty(9);

        assertThat(changed)
                .isEqualTo(new PeerTransportConfig(
                        new PeerAddress("::1", 1),
                        "a",
                        TlsEngine.JDK,
                        3,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        5,
                        6,
                        7,
                        100_000_000,
                        Duration.ofSeconds(8),
                        65_536,
                        9));
    }

    @Test
    void errorNamesValueAndRange() {
        assertThatThrownBy(() -> config.threads(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threads must be in 1..1024, not 0");
        assertThatThrownBy(() -> config.handshakeTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("handshakeLimit must be in 10..300000 ms, not 0");
        assertThatThrownBy(() -> config.keepAlive(Duration.ofSeconds(10), Duration.ofSeconds(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("idleLimit must be in 10000..");
        assertThatThrownBy(() -> config.agent("é".repeat(65)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("length of agent in bytes must be in 0..128, not 130");
        assertThatThrownBy(() -> config.sendQueue(1, 1000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("sendQueueBytes must be in ");
        assertThatThrownBy(() -> config.difficulty(33))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("difficulty must be in 0..32, not 33");
    }
}
