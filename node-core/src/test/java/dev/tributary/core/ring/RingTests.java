package dev.tributary.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.List;
import org.junit.jupiter.api.Test;

class RingTests {

    private static final PeerId SELF = ScriptedPeer.idAt(0.50, 0);
    private static final PeerId A = ScriptedPeer.idAt(0.10, 1);
    private static final PeerId B = ScriptedPeer.idAt(0.95, 2);
    private static final PeerId C = ScriptedPeer.idAt(0.60, 3);

    private final Ring ring = Ring.of(SELF, List.of(A, B, C));

    @Test
    void nextHopsAreNearerThanThisNodeInOrderOfDistance() {
        assertThat(ring.nextHops(new RingLocation(0.0), peer -> false)).containsExactly(B, A, C);
        assertThat(ring.nextHops(new RingLocation(0.55), peer -> false)).containsExactly(C);
    }

    @Test
    void nearestNodeHasNoNextHop() {
        assertThat(ring.nextHops(new RingLocation(0.49), peer -> false)).isEmpty();
    }

    @Test
    void excludedPeerIsNotNextHop() {
        assertThat(ring.nextHops(new RingLocation(0.0), B::equals)).containsExactly(A, C);
    }

    @Test
    void nearestReturnsAllNeighbours() {
        assertThat(ring.nearest(new RingLocation(0.49), peer -> false)).containsExactly(C, A, B);
    }

    @Test
    void twoNodesAtSameLocationAgreeWhichIsNearer() {
        PeerId twin = ScriptedPeer.idAt(0.50, 9);
        RingLocation target = new RingLocation(0.3);
        boolean selfChoosesTwin =
                !Ring.of(SELF, List.of(twin)).nextHops(target, peer -> false).isEmpty();
        boolean twinChoosesSelf =
                !Ring.of(twin, List.of(SELF)).nextHops(target, peer -> false).isEmpty();
        assertThat(selfChoosesTwin).isNotEqualTo(twinChoosesSelf);
    }
}
