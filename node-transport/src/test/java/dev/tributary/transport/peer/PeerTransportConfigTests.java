package dev.tributary.transport.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.transport.identity.TlsEngine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerTransportConfigTests {

    private final PeerTransportConfig config = PeerTransportConfig.defaults();

    @Test
    void witherChangesOnlyItsOwnValue() {
        PeerTransportConfig changed = config.withListen(new PeerAddress("::1", 1))
                .withAgent("a")
                .withEngine(TlsEngine.JDK)
                .withThreads(3)
                .withNetwork(config.network().withName("n").withDifficulty(9))
                .withLinks(config.links().withMax(6).withMaxPendingHandshakes(5))
                .withTimeouts(config.timeouts()
                        .withHandshake(Duration.ofSeconds(1))
                        .withKeepAlive(Duration.ofSeconds(2))
                        .withIdle(Duration.ofSeconds(3))
                        .withClose(Duration.ofSeconds(4)))
                .withSending(config.sending()
                        .withQueuedMessages(7)
                        .withQueuedBytes(100_000_000)
                        .withSlowPeerTimeout(Duration.ofSeconds(8))
                        .withWriteBufferHighWaterMark(65_536));

        assertThat(changed)
                .isEqualTo(new PeerTransportConfig(
                        new PeerAddress("::1", 1),
                        new PeerTransportConfig.Network("n", 9),
                        "a",
                        TlsEngine.JDK,
                        3,
                        new PeerTransportConfig.LinkLimits(6, 5, MemoryPlan.ofThisProcess()),
                        new PeerTransportConfig.Timeouts(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4)),
                        new PeerTransportConfig.SendLimits(7, 100_000_000, Duration.ofSeconds(8), 65_536)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "a/b", "\u00e9", "a\nb"})
    void nameOfNetworkThatIsNoPlainWordIsRefused(String name) {
        assertThatThrownBy(() -> config.network().withName(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("network must be 1 to 64 letters, digits, dots, hyphens and underscores, not");
    }

    @Test
    void errorNamesValueAndRange() {
        assertThatThrownBy(() -> config.withThreads(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threads must be in 1..1024, not 0");
        assertThatThrownBy(() -> config.timeouts().withHandshake(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeouts.handshake must be in 10..300000 ms, not 0");
        assertThatThrownBy(() -> config.timeouts()
                        .with(it -> it.keepAlive(Duration.ofSeconds(10)).idle(Duration.ofSeconds(5))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("timeouts.idle must be in 10000..");
        assertThatThrownBy(() -> config.withAgent("é".repeat(65)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("length of agent in bytes must be in 0..128, not 130");
        assertThatThrownBy(() -> config.sending().withQueuedBytes(1000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("sending.queuedBytes must be in ");
        assertThatThrownBy(() -> config.network().withDifficulty(33))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("difficulty must be in 0..32, not 33");
    }

    @Test
    void defaultIsThePresetForTheInternet() {
        assertThat(PeerTransportConfig.defaults()).isEqualTo(PeerTransportConfig.internet());
    }

    @Test
    void idleTimeoutOfEveryPresetSpansSeveralKeepAlives() {
        for (PeerTransportConfig preset :
                List.of(PeerTransportConfig.local(), PeerTransportConfig.lan(), PeerTransportConfig.internet())) {
            assertThat(preset.timeouts().idle())
                    .isGreaterThanOrEqualTo(preset.timeouts().keepAlive().multipliedBy(4));
        }
    }
}
