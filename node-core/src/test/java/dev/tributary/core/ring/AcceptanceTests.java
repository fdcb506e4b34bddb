package dev.tributary.core.ring;

import static dev.tributary.core.test.ScriptedPeer.idAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AcceptanceTests {

    private static final PeerId SELF = idAt(0.5, 0);
    private static final int TRIES = 10_000;

    private final RingConfig config = RingConfig.DEFAULT.withNeighbours(5, 10);
    private final Acceptance acceptance = new Acceptance(config, new SplittableRandom(3));

    @Test
    void whileThereAreFewWhoeverComesIsWelcome() {
        assertThat(share(idAt(0.1, 1), List.of())).isEqualTo(1);
        assertThat(share(idAt(0.7, 1), List.of(idAt(0.1, 1), idAt(0.2, 2)))).isEqualTo(1);
    }

    @Test
    void belowTheMinimumTheChanceFallsWithTheNumberOfNeighboursAndRisesWithTheWorth() {
        // Next to the node on both sides, so that nobody below is welcome for being next to it.
        List<PeerId> three = List.of(idAt(0.499, 1), idAt(0.501, 2), idAt(0.6, 3));
        List<PeerId> four = List.of(idAt(0.499, 1), idAt(0.501, 2), idAt(0.6, 3), idAt(0.61, 4));

        double twin = share(idAt(0.6001, 9), three);
        assertThat(twin).isBetween(0.88, 0.93);
        assertThat(share(idAt(0.6001, 9), four)).isBetween(0.55, 0.7).isLessThan(twin);
        assertThat(share(idAt(0.53, 9), four)).isEqualTo(1);
    }

    @Test
    void withEnoughNeighboursOnlyTheWorthCountsAndTheLessTheMoreThereAre() {
        double withFive = share(idAt(0.53, 9), neighbours(5));
        double withNine = share(idAt(0.53, 9), neighbours(9));

        assertThat(share(idAt(0.6, 99), neighbours(5))).as("on top of another").isLessThan(0.05);
        assertThat(withFive).isGreaterThan(0.9);
        assertThat(withNine).isBetween(0.1, 0.3);
    }

    @Test
    void atTheMaximumOnlyAPeerNextToTheNodeIsWelcomeAndOnlyTwoOfThem() {
        PeerId next = idAt(0.5005, 9);

        assertThat(share(idAt(0.53, 9), neighbours(10))).isZero();
        assertThat(share(next, neighbours(10))).isEqualTo(1);
        assertThat(share(next, neighbours(12))).isZero();
    }

    @Test
    void thereIsRoomForWhoeverComesUntilTheMaximumAndThenForTwoThatAreNext() {
        PeerId twin = idAt(0.6, 99);
        PeerId next = idAt(0.5005, 9);

        assertThat(acceptance.hasRoom(twin, SELF, neighbours(9), 0)).isTrue();
        assertThat(acceptance.hasRoom(twin, SELF, neighbours(9), 1)).isFalse();
        assertThat(acceptance.hasRoom(twin, SELF, neighbours(10), 0)).isFalse();
        assertThat(acceptance.hasRoom(next, SELF, neighbours(10), 1)).isTrue();
        assertThat(acceptance.hasRoom(next, SELF, neighbours(10), 2)).isFalse();
    }

    @Test
    void placesThatAreKeptForOthersCount() {
        assertThat(acceptance.welcomes(idAt(0.53, 9), SELF, neighbours(5), 5)).isFalse();
        assertThat(acceptance.welcomes(idAt(0.5005, 9), SELF, neighbours(5), 7)).isFalse();
    }

    /** One on each side next to the node, the others in a heap at a tenth of the ring. */
    private static List<PeerId> neighbours(int count) {
        List<PeerId> all = new ArrayList<>(List.of(idAt(0.499, 1), idAt(0.501, 2)));
        for (int i = 2; i < count; i++) {
            all.add(idAt(0.6 + i * 1e-6, i));
        }
        return all;
    }

    private double share(PeerId peer, List<PeerId> neighbours) {
        int welcome = 0;
        for (int i = 0; i < TRIES; i++) {
            welcome += acceptance.welcomes(peer, SELF, neighbours, 0) ? 1 : 0;
        }
        return (double) welcome / TRIES;
    }
}
