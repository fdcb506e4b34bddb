package dev.tributary.core.membership;

import static dev.tributary.core.loop.LoopEvents.address;
import static dev.tributary.core.loop.LoopEvents.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LostPeersTests {

    private static final PeerContact GATEWAY = PeerContact.at(address(99));

    private final LostPeers lostPeers = new LostPeers(List.of(), 0);
    private long now;

    @Test
    void lostPeerIsRedialledWithBackoffUpToTwoMinutesWithoutEnd() {
        lostPeers.missed(contact(1), now);

        assertThat(dialsWithin(Duration.ofMinutes(1))).isBetween(6, 9);
        assertThat(dialsWithin(Duration.ofMinutes(9))).isBetween(9, 14);
        assertThat(dialsWithin(Duration.ofHours(20))).isBetween(595, 605);
    }

    @Test
    void noDialIsDueBeforeTheMinimumPause() {
        lostPeers.missed(contact(1), now);

        assertThat(lostPeers.due(now)).isEmpty();
        assertThat(lostPeers.pause(now)).isEqualTo(Duration.ofSeconds(5));
        advance(Duration.ofSeconds(5));
        assertThat(lostPeers.due(now)).containsExactly(contact(1));
        assertThat(lostPeers.due(now)).isEmpty();
    }

    @Test
    void answeringPeerIsNotLostAndResetsTheBackoffOfTheOthers() {
        lostPeers.missed(contact(1), now);
        lostPeers.missed(contact(2), now);
        dialsWithin(Duration.ofHours(1));

        assertThat(lostPeers.answered(address(1), peer(1), now)).isTrue();
        assertThat(lostPeers.answered(address(1), peer(1), now)).isFalse();

        advance(Duration.ofSeconds(5));
        assertThat(lostPeers.due(now)).containsExactly(contact(2));
    }

    @Test
    void peerThatConnectsFromAnotherAddressIsNotLost() {
        lostPeers.missed(contact(1), now);

        assertThat(lostPeers.answered(address(7), peer(1), now)).isTrue();
        assertThat(lostPeers.isEmpty()).isTrue();
    }

    @Test
    void gatewayCountsAsLostFromTheStartWithAnyIdentity() {
        LostPeers withGateway = new LostPeers(List.of(GATEWAY), 0);

        assertThat(withGateway.isMissed(GATEWAY.address())).isTrue();
        assertThat(withGateway.answered(GATEWAY.address(), peer(3), now)).isTrue();
    }

    @Test
    void fourPeersAreDialledAtOnceAndTheOthersFiveSecondsLater() {
        for (int i = 1; i <= 6; i++) {
            lostPeers.missed(contact(i), now);
        }
        advance(Duration.ofSeconds(5));

        List<PeerContact> firstBatch = lostPeers.due(now);
        assertThat(firstBatch).hasSize(4);
        assertThat(lostPeers.pause(now)).isEqualTo(Duration.ofSeconds(5));
        advance(Duration.ofSeconds(4));
        assertThat(lostPeers.due(now)).hasSize(2).doesNotContainAnyElementsOf(firstBatch);
    }

    @Test
    void atMostSixteenPeersAreRememberedAndTheOldestIsForgotten() {
        for (int i = 1; i <= 17; i++) {
            lostPeers.missed(contact(i), now);
        }

        assertThat(lostPeers.isMissed(address(1))).isFalse();
        assertThat(lostPeers.isMissed(address(2))).isTrue();
        assertThat(lostPeers.isMissed(address(17))).isTrue();
    }

    @Test
    void peerWithoutAPortIsNotRemembered() {
        lostPeers.missed(new PeerContact(new PeerAddress("10.0.0.1", 0), peer(1)), now);

        assertThat(lostPeers.isEmpty()).isTrue();
    }

    @Test
    void linkClosedOnPurposeIsNotLost() {
        List<CloseReason.Kind> losses = new ArrayList<>();
        for (CloseReason.Kind kind : CloseReason.Kind.values()) {
            if (LostPeers.isLoss(new CloseReason(kind, "for the test"))) {
                losses.add(kind);
            }
        }

        assertThat(losses).containsExactly(CloseReason.Kind.LOST, CloseReason.Kind.IDLE);
    }

    private int dialsWithin(Duration duration) {
        int dials = 0;
        for (long remaining = duration.toSeconds(); remaining > 0; remaining--) {
            advance(Duration.ofSeconds(1));
            dials += lostPeers.due(now).contains(contact(1)) ? 1 : 0;
        }
        return dials;
    }

    private void advance(Duration duration) {
        now += duration.toNanos();
    }

    private static PeerContact contact(int number) {
        return new PeerContact(address(number), peer(number));
    }
}
