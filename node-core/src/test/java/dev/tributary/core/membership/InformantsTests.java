package dev.tributary.core.membership;

import static dev.tributary.core.engine.OperationFixture.peerAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class InformantsTests {

    private static final PeerId LIAR = peerAt(0.1, 1);
    private static final PeerId HONEST = peerAt(0.2, 2);

    private final Informants informants = new Informants(0);
    private long now;

    @Test
    void informantCausesNoMoreDialsThanItsBudgetAndOthersKeepTheirs() {
        assertThat(dials(LIAR, 0, 200)).isEqualTo(64);
        assertThat(dials(HONEST, 1000, 10)).isEqualTo(10);

        now += Duration.ofSeconds(20).toNanos();
        assertThat(dials(LIAR, 0, 200)).isEqualTo(10);
    }

    @Test
    void failedDialCostsItsInformantMore() {
        for (int port = 1; port <= 16; port++) {
            assertThat(dials(LIAR, port, 1)).isOne();
            informants.onDialFailed(address(port + 1), now);
        }

        assertThat(dials(LIAR, 100, 10)).isZero();
        assertThat(dials(HONEST, 200, 10)).isEqualTo(10);
    }

    @Test
    void allInformantsTogetherHaveABudget() {
        int dials = 0;
        for (int i = 0; i < 20; i++) {
            dials += dials(peerAt(0.1, 100 + i), 100 * i, 60);
        }

        assertThat(dials).isEqualTo(256);
    }

    @Test
    void addressWithoutAnInformantIsDialled() {
        assertThat(informants.tryDial(address(5), now)).isTrue();
        informants.onDialFailed(address(5), now);
        assertThat(informants.tryDial(address(5), now)).isTrue();
    }

    private int dials(PeerId informant, int firstPort, int count) {
        int dials = 0;
        for (int i = 1; i <= count; i++) {
            PeerAddress address = address(firstPort + i);
            informants.onNamed(informant, List.of(new PeerContact(address, peerAt(0.3, 3))));
            dials += informants.tryDial(address, now) ? 1 : 0;
        }
        return dials;
    }

    private static PeerAddress address(int port) {
        return new PeerAddress("203.0.113.9", port);
    }
}
