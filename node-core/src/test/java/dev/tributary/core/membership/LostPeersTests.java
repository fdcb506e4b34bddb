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
        lostPeers.add(contact(1), now);

        assertThat(dialsWithin(Duration.ofMinutes(1))).isBetween(6, 9);
        assertThat(dialsWithin(Duration.ofMinutes(9))).isBetween(9, 14);
        assertThat(dialsWithin(Duration.ofHours(20))).isBetween(595, 605);
    }

    @Test
    void noDialIsDueBeforeTheMinimumPause() {
        lostPeers.add(contact(1), now);

        assertThat(lostPeers.takeDue(now)).isEmpty();
        assertThat(lostPeers.untilNextDial(now)).isEqualTo(Duration.ofSeconds(5));
        advance(Duration.ofSeconds(5));
        assertThat(lostPeers.takeDue(now)).containsExactly(contact(1));
        assertThat(lostPeers.takeDue(now)).isEmpty();
    }

    @Test
    void answeringPeerIsNotLostAndResetsTheBackoffOfTheOthers() {
        lostPeers.add(contact(1), now);
        lostPeers.add(contact(2), now);
        dialsWithin(Duration.ofHours(1));

        assertThat(lostPeers.onAnswered(address(1), peer(1), now)).isTrue();
        assertThat(lostPeers.onAnswered(address(1), peer(1), now)).isFalse();

        advance(Duration.ofSeconds(5));
        assertThat(lostPeers.takeDue(now)).containsExactly(contact(2));
    }

    @Test
    void peerThatConnectsFromAnotherAddressIsNotLost() {
        lostPeers.add(contact(1), now);

        assertThat(lostPeers.onAnswered(address(7), peer(1), now)).isTrue();
        assertThat(lostPeers.isEmpty()).isTrue();
    }

    @Test
    void gatewayCountsAsLostFromTheStartWithAnyIdentity() {
        LostPeers withGateway = new LostPeers(List.of(GATEWAY), 0);

        assertThat(withGateway.contains(GATEWAY.address())).isTrue();
        assertThat(withGateway.onAnswered(GATEWAY.address(), peer(3), now)).isTrue();
    }

    @Test
    void fourPeersAreDialledAtOnceAndTheOthersFiveSecondsLater() {
        for (int i = 1; i <= 6; i++) {
            lostPeers.add(contact(i), now);
        }
        advance(Duration.ofSeconds(5));

        List<PeerContact> firstBatch = lostPeers.takeDue(now);
        assertThat(firstBatch).hasSize(4);
        assertThat(lostPeers.untilNextDial(now)).isEqualTo(Duration.ofSeconds(5));
        advance(Duration.ofSeconds(4));
        assertThat(lostPeers.takeDue(now)).hasSize(2).doesNotContainAnyElementsOf(firstBatch);
    }

    @Test
    void atMostSixteenPeersAreRememberedAndTheOldestIsForgotten() {
        for (int i = 1; i <= 17; i++) {
            lostPeers.add(contact(i), now);
        }

        assertThat(lostPeers.contains(address(1))).isFalse();
        assertThat(lostPeers.contains(address(2))).isTrue();
        assertThat(lostPeers.contains(address(17))).isTrue();
    }

    @Test
    void peerWithoutAPortIsNotRemembered() {
        lostPeers.add(new PeerContact(new PeerAddress("10.0.0.1", 0), peer(1)), now);

        assertThat(lostPeers.isEmpty()).isTrue();
    }

    @Test
    void linkClosedOnPurposeIsNotLost() {
        List<CloseReason.Kind> losses = new ArrayList<>();
        for (CloseReason.Kind kind : CloseReason.Kind.values()) {
            if (LostPeers.isConnectionLoss(new CloseReason(kind, "for the test"))) {
                losses.add(kind);
            }
        }

        assertThat(losses).containsExactly(CloseReason.Kind.LOST, CloseReason.Kind.IDLE);
    }

    private int dialsWithin(Duration duration) {
        int dials = 0;
        for (long remaining = duration.toSeconds(); remaining > 0; remaining--) {
            advance(Duration.ofSeconds(1));
            dials += lostPeers.takeDue(now).contains(contact(1)) ? 1 : 0;
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
