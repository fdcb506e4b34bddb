package dev.tributary.core.hosting;

import static dev.tributary.core.hosting.HostingFixture.INTERVAL;
import static dev.tributary.core.hosting.HostingFixture.changed;
import static dev.tributary.core.hosting.HostingFixture.holding;
import static dev.tributary.core.hosting.HostingFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.PeerId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One contract on a node that is not its root, with a nearer neighbour as upstream and a farther one as follower. */
class HostedContractTests {

    private static final StoreEntry HOLDING = holding(1, 100, 0);
    private static final double LOCATION = HOLDING.key().location().value();
    private static final PeerId UPSTREAM = at(0.1, 1);
    private static final PeerId FOLLOWER = at(0.45, 2);
    private static final NeighbourLocations NEIGHBOURS = NeighbourLocations.of(at(0.4, 0), List.of(UPSTREAM, FOLLOWER));

    private final HostedContract hosted = placed(true);

    @Test
    void upstreamIsComparedUntilItIsInSync() {
        assertThat(hosted.needs(UPSTREAM, 0)).isTrue();

        hosted.heard(UPSTREAM, state(1).digest(), 0);

        assertThat(hosted.needs(UPSTREAM, 0)).isFalse();
        assertThat(hosted.inStep(UPSTREAM)).isTrue();
    }

    @Test
    void upstreamInSyncIsComparedAgainAfterAnIntervalIfTheReplicaIsInUse() {
        hosted.subscribed(true);
        hosted.registered(UPSTREAM, 0);
        hosted.heard(UPSTREAM, state(1).digest(), 0);

        assertThat(hosted.needs(UPSTREAM, INTERVAL / 2)).isFalse();
        assertThat(hosted.needs(UPSTREAM, INTERVAL)).isTrue();
    }

    @Test
    void followerIsSentChangesAndNotCompared() {
        hosted.heard(FOLLOWER, state(1).digest(), 0);
        assertThat(hosted.needs(FOLLOWER, INTERVAL)).isFalse();

        hosted.changed(changed(HOLDING, 2));

        assertThat(hosted.peers()).containsExactly(UPSTREAM, FOLLOWER);
        assertThat(hosted.behind(FOLLOWER, INTERVAL)).isEqualTo(state(1).digest());
    }

    @Test
    void missedUpdateIsClearedOnlyByAComparison() {
        hosted.heard(UPSTREAM, state(1).digest(), 0);
        hosted.missed(UPSTREAM, 0);

        hosted.follows(UPSTREAM, state(1).digest(), 0);
        assertThat(hosted.inStep(UPSTREAM)).isFalse();
        assertThat(hosted.needs(UPSTREAM, 0)).isTrue();

        // A reply to an earlier request does not clear the missed update.
        hosted.heard(UPSTREAM, state(1).digest(), 0);
        assertThat(hosted.needs(UPSTREAM, 0)).isTrue();

        hosted.compared(UPSTREAM, state(1).digest(), 0);
        assertThat(hosted.needs(UPSTREAM, 0)).isFalse();
    }

    @Test
    void peerSilentForFourIntervalsIsForgotten() {
        hosted.heard(FOLLOWER, state(1).digest(), 0);
        hosted.place(NEIGHBOURS, 2, 4 * INTERVAL);
        assertThat(hosted.peers()).contains(FOLLOWER);

        hosted.place(NEIGHBOURS, 2, 4 * INTERVAL + 1);
        assertThat(hosted.peers()).containsExactly(UPSTREAM);
    }

    @Test
    void disconnectedNeighbourIsForgottenAtOnce() {
        hosted.heard(FOLLOWER, state(1).digest(), 0);

        hosted.place(NeighbourLocations.of(at(0.4, 0), List.of(UPSTREAM)), 2, 0);

        assertThat(hosted.peers()).containsExactly(UPSTREAM);
    }

    @Test
    void replicaIsFreshForFourIntervalsAfterItWasInSync() {
        hosted.heard(UPSTREAM, state(1).digest(), INTERVAL);

        assertThat(hosted.fresh(false, 5 * INTERVAL)).isTrue();
        assertThat(hosted.fresh(false, 5 * INTERVAL + 1)).isFalse();
    }

    @Test
    void reportOfAFollowerDoesNotKeepTheReplicaFresh() {
        hosted.heard(FOLLOWER, state(1).digest(), 4 * INTERVAL);

        assertThat(hosted.fresh(false, 5 * INTERVAL)).isFalse();
    }

    @Test
    void restoredReplicaIsStaleUntilCompared() {
        HostedContract restored = placed(false);
        assertThat(restored.fresh(false, 0)).isFalse();

        restored.heard(UPSTREAM, state(1).digest(), 0);
        assertThat(restored.fresh(false, 0)).isTrue();
    }

    @Test
    void rootIsFreshWithoutFurtherComparisons() {
        hosted.place(NeighbourLocations.of(at(0, 0), List.of(UPSTREAM, FOLLOWER)), 2, 0);

        assertThat(hosted.fresh(false, 100 * INTERVAL)).isTrue();
        assertThat(hosted.fresh(true, 0)).as("alone").isFalse();
    }

    @Test
    void restoredRootIsStaleUntilComparedWithAReplica() {
        HostedContract restored = placed(false);
        restored.place(NeighbourLocations.of(at(0, 0), List.of(UPSTREAM, FOLLOWER)), 2, 0);
        assertThat(restored.fresh(false, 0)).isFalse();

        restored.heard(FOLLOWER, state(1).digest(), 0);

        assertThat(restored.fresh(false, 0)).isTrue();
        assertThat(restored.partnersInStep()).isEqualTo(1);
    }

    @Test
    void refusingPartnerIsReplacedDuringItsBackoff() {
        PeerId spare = at(0.3, 3);
        NeighbourLocations root = NeighbourLocations.of(at(0, 0), List.of(UPSTREAM, FOLLOWER, spare));
        hosted.place(root, 2, 0);
        assertThat(hosted.duty().partners()).containsExactly(UPSTREAM, spare);

        hosted.refused(spare, 10 * INTERVAL, 0);
        hosted.place(root, 2, 0);
        assertThat(hosted.duty().partners()).containsExactly(UPSTREAM, FOLLOWER);
        assertThat(hosted.needs(spare, INTERVAL)).isFalse();

        hosted.place(root, 2, 10 * INTERVAL);
        assertThat(hosted.duty().partners()).containsExactly(UPSTREAM, spare);
    }

    @Test
    void conflictingReplicasAreComparedWithBackoff() {
        long now = 0;
        int comparisons = 0;
        for (; now < 10 * INTERVAL; now += 1_000_000_000L) {
            if (hosted.needs(UPSTREAM, now)) {
                comparisons++;
                hosted.disputes(UPSTREAM, now);
                hosted.told(UPSTREAM, state(1).digest(), now);
                hosted.disputes(UPSTREAM, now);
                hosted.heard(UPSTREAM, null, now);
            }
        }

        assertThat(comparisons).isBetween(8, 20);

        hosted.heard(UPSTREAM, state(1).digest(), now);
        hosted.changed(changed(HOLDING, 2));
        assertThat(hosted.behind(UPSTREAM, now))
                .as("digest to update from, after the replicas were equal")
                .isNotNull();
    }

    @Test
    void frequentlyChangingContractIsSynchronisedEachTime() {
        for (int version = 2; version < 50; version++) {
            hosted.changed(changed(HOLDING, version));
            long now = version * 500_000_000L;
            assertThat(hosted.needs(UPSTREAM, now) || hosted.behind(UPSTREAM, now) != null)
                    .as("version %d", version)
                    .isTrue();
            hosted.disputes(UPSTREAM, now);
            hosted.told(UPSTREAM, state(version).digest(), now);
            assertThat(hosted.needs(UPSTREAM, now)).isFalse();
        }
    }

    @Test
    void numberOfTrackedPeersIsBounded() {
        HostedContract popular = placed(true);
        for (int tag = 10; tag < 1000; tag++) {
            popular.heard(at(0.45, tag), state(1).digest(), 0);
        }

        assertThat(popular.peers()).hasSize(1 + 256);
    }

    private static HostedContract placed(boolean verified) {
        HostedContract hosted = new HostedContract(HOLDING, NEIGHBOURS, INTERVAL, 0);
        if (verified) {
            hosted.prove(0);
        }
        hosted.place(NEIGHBOURS, 2, 0);
        return hosted;
    }

    private static PeerId at(double distance, int tag) {
        return ScriptedPeer.idAt((LOCATION + distance) % 1, tag);
    }
}
