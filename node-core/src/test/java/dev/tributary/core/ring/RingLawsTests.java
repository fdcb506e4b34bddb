package dev.tributary.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every ring: small and large, crowded at few places so that there are ties, or spread out. */
class RingLawsTests {

    private static final int TARGETS = 10;

    static Stream<Case> cases() {
        return Stream.iterate(1L, seed -> seed + 1).limit(150).map(Case::of);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theSearchFindsWhatSortingEverybodyFinds(Case any) {
        Ring ring = Ring.of(any.self(), any.neighbours());
        StreamRing definition = StreamRing.of(any.self(), any.neighbours());
        for (RingLocation target : any.targets()) {
            assertThat(ring.nearest(target, any.excluded())).isEqualTo(definition.nearest(target, any.excluded()));
            assertThat(ring.nextHops(target, any.excluded())).isEqualTo(definition.nextHops(target, any.excluded()));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anUntaughtRouterTakesTheNearest(Case any) {
        Ring ring = Ring.of(any.self(), any.neighbours());
        Router router = new Router(ring, RoutingModel.UNTAUGHT, 0);
        for (RingLocation target : any.targets()) {
            List<PeerId> closer = ring.nextHops(target, any.excluded());
            List<PeerId> nearest = ring.nearest(target, any.excluded());
            assertThat(router.nextHops(target, any.excluded())).isEqualTo(first(closer));
            assertThat(router.anyHops(target, any.excluded())).isEqualTo(first(nearest));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whateverWasLearnedTheSameNeighboursAreAsked(Case any) {
        Ring ring = Ring.of(any.self(), any.neighbours());
        Router router = new Router(ring, any.lessons(), 0);
        for (RingLocation target : any.targets()) {
            List<PeerId> closer = first(ring.nextHops(target, any.excluded()));
            List<PeerId> asked = router.nextHops(target, any.excluded());
            assertThat(asked).containsExactlyInAnyOrderElementsOf(closer);
            assertThat(asked)
                    .doesNotContain(any.self())
                    .noneMatch(any.excluded())
                    .allMatch(peer -> peer.location().distanceTo(target)
                            <= any.self().location().distanceTo(target));
        }
    }

    private static List<PeerId> first(List<PeerId> peers) {
        return peers.subList(0, Math.min(Router.CANDIDATES, peers.size()));
    }

    /** One node, its neighbours, and whom it must not ask. */
    record Case(long seed, PeerId self, List<PeerId> neighbours, Set<PeerId> shunned, List<RingLocation> targets) {

        static Case of(long seed) {
            Random random = new Random(seed);
            int places = random.nextBoolean() ? 1 + random.nextInt(8) : 1 << 20;
            Set<PeerId> peers = new LinkedHashSet<>();
            int size = random.nextInt(210);
            while (peers.size() < size) {
                peers.add(peer(random, places));
            }
            PeerId self = peer(random, places);
            peers.remove(self);
            Set<PeerId> shunned = new HashSet<>(
                    peers.stream().filter(peer -> random.nextInt(4) == 0).toList());
            List<RingLocation> targets = Stream.generate(
                            () -> new RingLocation((double) random.nextInt(places * 2) / (places * 2)))
                    .limit(TARGETS)
                    .toList();
            return new Case(seed, self, List.copyOf(peers), shunned, targets);
        }

        private static PeerId peer(Random random, int places) {
            return ScriptedPeer.idAt((double) random.nextInt(places) / places, random.nextInt());
        }

        Predicate<PeerId> excluded() {
            return shunned::contains;
        }

        /** A model that knows half of the neighbours, some as slow, as failing or as silent. */
        RoutingModel lessons() {
            Random random = new Random(seed);
            List<Outcome> outcomes = List.of(Outcome.values());
            RoutingHistory history = new RoutingHistory(RoutingTime.still());
            for (PeerId peer : neighbours) {
                for (int events = random.nextInt(20); events > 0; events--) {
                    Outcome outcome = outcomes.get(random.nextInt(outcomes.size()));
                    history.record(
                            new Event(peer, Event.span(random.nextDouble() / 2), outcome, random.nextInt(1000), 0));
                }
            }
            return history.model();
        }

        @Override
        public String toString() {
            return "seed " + seed + ", " + neighbours.size() + " neighbours";
        }
    }
}
