package dev.tributary.core.hosting;

import static dev.tributary.core.hosting.HostingFixture.INTERVAL;
import static dev.tributary.core.hosting.HostingFixture.changed;
import static dev.tributary.core.hosting.HostingFixture.holding;
import static dev.tributary.core.hosting.HostingFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.hosting.replica.NeighbourLocations;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.PeerId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One contract on a node that is not its root, with a nearer neighbour as upstream and a farther one as follower. */
class HostedContractTests {

    private static final StoreEntry HOLDING = holding(1, 100, 0);
    private static final double LOCATION = HOLDING.key().location().value();
    private static final PeerId UPSTREAM = at(0.1, 1);
    private static final PeerId FOLLOWER = at(0.45, 2);
    private static final NeighbourLocations NEIGHBOURS = NeighbourLocations.of(at(0.4, 0), List.of(UPSTREAM, FOLLOWER));

    /** The neighbours of a node at the contract's location. */
    private static final NeighbourLocations ROOT = NeighbourLocations.of(at(0, 0), List.of(UPSTREAM, FOLLOWER));

    private final HostedContract hosted = placed(true);

    @Test
    void upstreamIsComparedUntilItIsInSync() {
        assertThat(hosted.needsComparison(UPSTREAM, 0)).isTrue();

        hosted.recordDigest(UPSTREAM, state(1).digest(), 0);

        assertThat(hosted.needsComparison(UPSTREAM, 0)).isFalse();
        assertThat(hosted.isInSync(UPSTREAM)).isTrue();
    }

    @Test
    void upstreamInSyncIsComparedAgainAfterAnIntervalIfTheReplicaIsInUse() {
        hosted.localDemand().setSubscribed(true);
        hosted.peerReplicas().markAnnounced(UPSTREAM, 0);
        hosted.recordDigest(UPSTREAM, state(1).digest(), 0);

        assertThat(hosted.needsComparison(UPSTREAM, INTERVAL / 2)).isFalse();
        assertThat(hosted.needsComparison(UPSTREAM, INTERVAL)).isTrue();
    }

    @Test
    void followerIsSentChangesAndNotCompared() {
        hosted.recordDigest(FOLLOWER, state(1).digest(), 0);
        assertThat(hosted.needsComparison(FOLLOWER, INTERVAL)).isFalse();

        hosted.recordCommit(changed(HOLDING, 2));

        assertThat(hosted.peers()).containsExactly(UPSTREAM, FOLLOWER);
        assertThat(hosted.outdatedDigest(FOLLOWER, INTERVAL)).isEqualTo(state(1).digest());
    }

    @Test
    void missedUpdateIsClearedOnlyByAComparison() {
        hosted.recordDigest(UPSTREAM, state(1).digest(), 0);
        hosted.recordMissedUpdate(UPSTREAM, 0);

        hosted.recordUpdateFrom(UPSTREAM, state(1).digest(), 0);
        assertThat(hosted.isInSync(UPSTREAM)).isFalse();
        assertThat(hosted.needsComparison(UPSTREAM, 0)).isTrue();

        // A reply to an earlier request does not clear the missed update.
        hosted.recordDigest(UPSTREAM, state(1).digest(), 0);
        assertThat(hosted.needsComparison(UPSTREAM, 0)).isTrue();

        hosted.recordComparison(UPSTREAM, state(1).digest(), 0);
        assertThat(hosted.needsComparison(UPSTREAM, 0)).isFalse();
    }

    @Test
    void peerSilentForFourIntervalsIsForgotten() {
        hosted.recordDigest(FOLLOWER, state(1).digest(), 0);
        hosted.assignPartners(NEIGHBOURS, 2, 4 * INTERVAL);
        assertThat(hosted.peers()).contains(FOLLOWER);

        hosted.assignPartners(NEIGHBOURS, 2, 4 * INTERVAL + 1);
        assertThat(hosted.peers()).containsExactly(UPSTREAM);
    }

    @Test
    void disconnectedNeighbourIsForgottenAtOnce() {
        hosted.recordDigest(FOLLOWER, state(1).digest(), 0);

        hosted.assignPartners(NeighbourLocations.of(at(0.4, 0), List.of(UPSTREAM)), 2, 0);

        assertThat(hosted.peers()).containsExactly(UPSTREAM);
    }

    @Test
    void replicaIsFreshForFourIntervalsAfterItWasInSync() {
        hosted.recordDigest(UPSTREAM, state(1).digest(), INTERVAL);

        assertThat(hosted.isFresh(false, 5 * INTERVAL)).isTrue();
        assertThat(hosted.isFresh(false, 5 * INTERVAL + 1)).isFalse();
    }

    @Test
    void reportOfAFollowerDoesNotKeepTheReplicaFresh() {
        hosted.recordDigest(FOLLOWER, state(1).digest(), 4 * INTERVAL);

        assertThat(hosted.isFresh(false, 5 * INTERVAL)).isFalse();
    }

    @Test
    void restoredReplicaIsStaleUntilCompared() {
        HostedContract restored = placed(false);
        assertThat(restored.isFresh(false, 0)).isFalse();

        restored.recordDigest(UPSTREAM, state(1).digest(), 0);
        assertThat(restored.isFresh(false, 0)).isTrue();
    }

    @Test
    void rootIsFreshWithoutFurtherComparisonsOnceItsPartnersReported() {
        hosted.assignPartners(ROOT, 2, 0);
        hosted.recordDigest(UPSTREAM, state(1).digest(), 0);
        hosted.recordDigest(FOLLOWER, state(1).digest(), 0);

        assertThat(hosted.isFresh(false, 100 * INTERVAL)).isTrue();
        assertThat(hosted.isFresh(true, 0)).as("alone").isFalse();
    }

    @Test
    void restoredRootIsStaleUntilComparedWithAllReplicas() {
        HostedContract restored = placed(false);
        restored.assignPartners(ROOT, 2, 0);
        assertThat(restored.isFresh(false, 0)).isFalse();

        restored.recordDigest(FOLLOWER, state(1).digest(), 0);
        assertThat(restored.isFresh(false, 0)).isFalse();

        restored.recordDigest(UPSTREAM, state(1).digest(), 0);
        assertThat(restored.isFresh(false, 0)).isTrue();
        assertThat(restored.partnersInSync()).isEqualTo(2);
    }

    @Test
    void newPartnerHasToConfirmAReplicaThatWasConfirmed() {
        hosted.recordDigest(UPSTREAM, state(1).digest(), 0);
        PeerId nearer = at(0.05, 3);

        hosted.assignPartners(NeighbourLocations.of(at(0.4, 0), List.of(nearer, FOLLOWER)), 2, 1);

        assertThat(hosted.isFresh(false, 1)).isFalse();
        assertThat(hosted.partnersToConfirm(1)).containsExactly(nearer);
        hosted.recordDigest(nearer, state(1).digest(), 2);
        assertThat(hosted.isFresh(false, 2)).isTrue();
    }

    @Test
    void partnerHasToConfirmTheReplicaAgainOnANewLink() {
        hosted.recordDigest(UPSTREAM, state(1).digest(), 0);

        hosted.forgetBeforeLink(Map.of(UPSTREAM, 5L), 6);
        hosted.assignPartners(NEIGHBOURS, 2, 6);

        assertThat(hosted.isFresh(false, 6)).isFalse();
        assertThat(hosted.isAwaitedAndWanted(UPSTREAM, 6))
                .as("a contract that is not in use")
                .isFalse();
        hosted.localDemand().markWantedBefore();
        assertThat(hosted.isAwaitedAndWanted(UPSTREAM, 6)).isTrue();
    }

    @Test
    void upstreamThatIsNotConfirmedItselfDoesNotConfirm() {
        HostedContract restored = placed(false);

        restored.peerReplicas().recordConfirmed(UPSTREAM, false, 0);
        restored.recordComparison(UPSTREAM, state(1).digest(), 0);
        assertThat(restored.isInSync(UPSTREAM)).isTrue();
        assertThat(restored.isFresh(false, 0)).isFalse();

        restored.peerReplicas().recordConfirmed(UPSTREAM, true, 1);
        restored.recordComparison(UPSTREAM, state(1).digest(), 1);
        assertThat(restored.isFresh(false, 1)).isTrue();
    }

    @Test
    void partnerWithAnotherStateIsAwaitedUntilItIsMerged() {
        hosted.recordDigest(UPSTREAM, state(1).digest(), 0);
        hosted.awaitMerge(UPSTREAM, 1);
        hosted.awaitMerge(FOLLOWER, 1);
        assertThat(hosted.isFresh(false, 1)).isFalse();

        hosted.recordMerged(UPSTREAM, 2);

        assertThat(hosted.isFresh(false, 2)).as("the follower is no partner").isTrue();
    }

    @Test
    void silentPartnerIsAskedAgainTenSecondsLater() {
        hosted.confirmation().recordSilent(UPSTREAM, 0);

        assertThat(hosted.partnersToConfirm(9_999_999_999L)).isEmpty();
        assertThat(hosted.partnersToConfirm(10_000_000_000L)).containsExactly(UPSTREAM);
    }

    @Test
    void nothingIsConfirmedAfterAPause() {
        hosted.recordDigest(UPSTREAM, state(1).digest(), 0);

        hosted.forgetConfirmations(1);

        assertThat(hosted.isFresh(false, 1)).isFalse();
        assertThat(hosted.partnersToConfirm(1)).containsExactly(UPSTREAM);
    }

    @Test
    void refusingPartnerIsReplacedDuringItsBackoff() {
        PeerId spare = at(0.3, 3);
        NeighbourLocations root = NeighbourLocations.of(at(0, 0), List.of(UPSTREAM, FOLLOWER, spare));
        hosted.assignPartners(root, 2, 0);
        assertThat(hosted.syncPartners().partners()).containsExactly(UPSTREAM, spare);

        hosted.recordRefusal(spare, 10 * INTERVAL, 0);
        hosted.assignPartners(root, 2, 0);
        assertThat(hosted.syncPartners().partners()).containsExactly(UPSTREAM, FOLLOWER);
        assertThat(hosted.needsComparison(spare, INTERVAL)).isFalse();

        hosted.assignPartners(root, 2, 10 * INTERVAL);
        assertThat(hosted.syncPartners().partners()).containsExactly(UPSTREAM, spare);
    }

    @Test
    void conflictingReplicasAreComparedWithBackoff() {
        long now = 0;
        int comparisons = 0;
        for (; now < 10 * INTERVAL; now += 1_000_000_000L) {
            if (hosted.needsComparison(UPSTREAM, now)) {
                comparisons++;
                hosted.recordConflict(UPSTREAM, now);
                hosted.recordDelivered(UPSTREAM, state(1).digest(), now);
                hosted.recordConflict(UPSTREAM, now);
                hosted.recordDigest(UPSTREAM, null, now);
            }
        }

        assertThat(comparisons).isBetween(8, 20);

        hosted.recordDigest(UPSTREAM, state(1).digest(), now);
        hosted.recordCommit(changed(HOLDING, 2));
        assertThat(hosted.outdatedDigest(UPSTREAM, now))
                .as("digest to update from, after the replicas were equal")
                .isNotNull();
    }

    @Test
    void backoffOfReplicasThatDifferEndsWithAChangeOfThisNode() {
        conflict(14);
        assertThat(hosted.needsComparison(UPSTREAM, 0)).isFalse();

        hosted.recordCommit(changed(HOLDING, 2));

        assertThat(hosted.needsComparison(UPSTREAM, 0)).isTrue();
    }

    @Test
    void backoffOfReplicasThatDifferEndsWithTheLease() {
        conflict(20);

        assertThat(hosted.peerReplicas().isInBackoff(UPSTREAM, 4 * INTERVAL - 1))
                .isTrue();
        assertThat(hosted.peerReplicas().isInBackoff(UPSTREAM, 4 * INTERVAL)).isFalse();
    }

    @Test
    void partnerIsOfferedAReplicaThatDiffersOncePerInterval() {
        hosted.localDemand().setSubscribed(true);
        conflict(14);
        hosted.peerReplicas().markAnnounced(UPSTREAM, 0);
        assertThat(hosted.needsComparison(UPSTREAM, INTERVAL / 2)).isFalse();
        assertThat(hosted.needsComparison(UPSTREAM, INTERVAL)).isTrue();

        hosted.peerReplicas().recordReport(UPSTREAM, INTERVAL);

        assertThat(hosted.needsComparison(UPSTREAM, INTERVAL + INTERVAL / 2)).isFalse();
    }

    @Test
    void replicaWithOtherBytesInWhichTheContractSeesNoDifferenceIsInSync() {
        hosted.recordDigest(UPSTREAM, state(2).digest(), 0);

        hosted.recordEquivalent(UPSTREAM, state(2).digest(), INTERVAL);

        assertThat(hosted.isInSync(UPSTREAM)).isTrue();
        assertThat(hosted.isFresh(false, 5 * INTERVAL)).isTrue();
        assertThat(hosted.isEqual(UPSTREAM, state(2).digest())).isTrue();
        assertThat(hosted.isEqual(UPSTREAM, state(3).digest())).isFalse();
        assertThat(hosted.outdatedDigest(UPSTREAM, INTERVAL)).isNull();
        hosted.recordCommit(changed(HOLDING, 4));
        assertThat(hosted.outdatedDigest(UPSTREAM, INTERVAL))
                .as("the state to send the change from")
                .isEqualTo(state(1).digest());
    }

    private void conflict(int times) {
        for (int i = 0; i < times; i++) {
            hosted.recordDelivered(UPSTREAM, hosted.digest(), 0);
            hosted.recordConflict(UPSTREAM, 0);
        }
    }

    @Test
    void frequentlyChangingContractIsSynchronisedEachTime() {
        for (int version = 2; version < 50; version++) {
            hosted.recordCommit(changed(HOLDING, version));
            long now = version * 500_000_000L;
            assertThat(hosted.needsComparison(UPSTREAM, now) || hosted.outdatedDigest(UPSTREAM, now) != null)
                    .as("version %d", version)
                    .isTrue();
            hosted.recordConflict(UPSTREAM, now);
            hosted.recordDelivered(UPSTREAM, state(version).digest(), now);
            assertThat(hosted.needsComparison(UPSTREAM, now)).isFalse();
        }
    }

    @Test
    void numberOfTrackedPeersIsBounded() {
        HostedContract popular = placed(true);
        for (int tag = 10; tag < 1000; tag++) {
            popular.recordDigest(at(0.45, tag), state(1).digest(), 0);
        }

        assertThat(popular.peers()).hasSize(1 + 256);
    }

    private static HostedContract placed(boolean verified) {
        HostedContract hosted = new HostedContract(HOLDING, null, NEIGHBOURS, INTERVAL, 0);
        if (verified) {
            hosted.confirmation().markVerified(0);
        }
        hosted.assignPartners(NEIGHBOURS, 2, 0);
        return hosted;
    }

    private static PeerId at(double distance, int tag) {
        return ScriptedPeer.idAt((LOCATION + distance) % 1, tag);
    }
}
