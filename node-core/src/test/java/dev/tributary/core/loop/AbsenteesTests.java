package dev.tributary.core.loop;

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

class AbsenteesTests {

    private static final PeerContact GATEWAY = PeerContact.at(address(99));

    private final Absentees absentees = new Absentees(List.of(), 0);
    private long now;

    @Test
    void oneWhoIsMissedIsDueEverMoreRarelyAndAtLastEveryTwoMinutesForAsLongAsItTakes() {
        absentees.missed(contact(1), now);

        assertThat(timesDueWithin(Duration.ofMinutes(1))).isBetween(6, 9);
        assertThat(timesDueWithin(Duration.ofMinutes(9))).isBetween(9, 14);
        assertThat(timesDueWithin(Duration.ofHours(20))).isBetween(595, 605);
    }

    @Test
    void nobodyIsDueBeforeFiveSecondsAndNobodyBeforeHisTurn() {
        absentees.missed(contact(1), now);

        assertThat(absentees.due(now)).isEmpty();
        assertThat(absentees.pause(now)).isEqualTo(Duration.ofSeconds(5));
        passes(Duration.ofSeconds(5));
        assertThat(absentees.due(now)).containsExactly(contact(1));
        assertThat(absentees.due(now)).isEmpty();
    }

    @Test
    void oneWhoAnswersIsNotMissedAnyMoreAndTheOthersAreDueSoon() {
        absentees.missed(contact(1), now);
        absentees.missed(contact(2), now);
        timesDueWithin(Duration.ofHours(1));

        assertThat(absentees.answered(address(1), peer(1), now)).isTrue();
        assertThat(absentees.answered(address(1), peer(1), now)).isFalse();

        passes(Duration.ofSeconds(5));
        assertThat(absentees.due(now)).containsExactly(contact(2));
    }

    @Test
    void oneWhoComesFromAnotherAddressIsNotMissedEither() {
        absentees.missed(contact(1), now);

        assertThat(absentees.answered(address(7), peer(1), now)).isTrue();
        assertThat(absentees.isEmpty()).isTrue();
    }

    @Test
    void aGatewayIsMissedFromTheBeginningWhoeverItIs() {
        Absentees told = new Absentees(List.of(GATEWAY), 0);

        assertThat(told.isMissed(GATEWAY.address())).isTrue();
        assertThat(told.answered(GATEWAY.address(), peer(3), now)).isTrue();
    }

    @Test
    void fourAreDialledAtOnceAndTheOthersFiveSecondsLater() {
        for (int i = 1; i <= 6; i++) {
            absentees.missed(contact(i), now);
        }
        passes(Duration.ofSeconds(5));

        List<PeerContact> first = absentees.due(now);
        assertThat(first).hasSize(4);
        assertThat(absentees.pause(now)).isEqualTo(Duration.ofSeconds(5));
        passes(Duration.ofSeconds(4));
        assertThat(absentees.due(now)).hasSize(2).doesNotContainAnyElementsOf(first);
    }

    @Test
    void sixteenAreMissedAtMostAndWhoeverIsMissedLongestIsForgotten() {
        for (int i = 1; i <= 17; i++) {
            absentees.missed(contact(i), now);
        }

        assertThat(absentees.isMissed(address(1))).isFalse();
        assertThat(absentees.isMissed(address(2))).isTrue();
        assertThat(absentees.isMissed(address(17))).isTrue();
    }

    @Test
    void nobodyIsMissedWhomNobodyCanDial() {
        absentees.missed(new PeerContact(new PeerAddress("10.0.0.1", 0), peer(1)), now);

        assertThat(absentees.isEmpty()).isTrue();
    }

    @Test
    void whoSaysGoodbyeIsNotLost() {
        List<CloseReason.Kind> losses = new ArrayList<>();
        for (CloseReason.Kind kind : CloseReason.Kind.values()) {
            if (Absentees.isLoss(new CloseReason(kind, "so"))) {
                losses.add(kind);
            }
        }

        assertThat(losses).containsExactly(CloseReason.Kind.LOST, CloseReason.Kind.IDLE);
    }

    private int timesDueWithin(Duration duration) {
        int times = 0;
        for (long left = duration.toSeconds(); left > 0; left--) {
            passes(Duration.ofSeconds(1));
            times += absentees.due(now).contains(contact(1)) ? 1 : 0;
        }
        return times;
    }

    private void passes(Duration duration) {
        now += duration.toNanos();
    }

    private static PeerContact contact(int number) {
        return new PeerContact(address(number), peer(number));
    }
}
