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

/** Properties of all rings: small and large, with peers at few locations so that there are ties, or spread out. */
class RingLawsTests {

    private static final int TARGETS = 10;

    static Stream<Case> cases() {
        return Stream.iterate(1L, seed -> seed + 1).limit(150).map(Case::of);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void searchFindsSameNeighboursAsSortingAll(Case example) {
        Ring ring = Ring.of(example.self(), example.neighbours());
        StreamRing reference = StreamRing.of(example.self(), example.neighbours());
        for (RingLocation target : example.targets()) {
            assertThat(ring.nearest(target, example.excluded()))
                    .isEqualTo(reference.nearest(target, example.excluded()));
            assertThat(ring.nextHops(target, example.excluded()))
                    .isEqualTo(reference.nextHops(target, example.excluded()));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void routerWithoutDataChoosesNearest(Case example) {
        Ring ring = Ring.of(example.self(), example.neighbours());
        Router router = new Router(ring, RoutingModel.UNTRAINED, 0);
        for (RingLocation target : example.targets()) {
            List<PeerId> closer = ring.nextHops(target, example.excluded());
            List<PeerId> nearest = ring.nearest(target, example.excluded());
            assertThat(router.nextHops(target, example.excluded())).isEqualTo(first(closer));
            assertThat(router.nextHopsWithDetours(target, example.excluded())).isEqualTo(first(nearest));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void modelChangesOnlyOrderOfNextHops(Case example) {
        Ring ring = Ring.of(example.self(), example.neighbours());
        Router router = new Router(ring, example.trainedModel(), 0);
        for (RingLocation target : example.targets()) {
            List<PeerId> closer = first(ring.nextHops(target, example.excluded()));
            List<PeerId> hops = router.nextHops(target, example.excluded());
            assertThat(hops).containsExactlyInAnyOrderElementsOf(closer);
            assertThat(hops)
                    .doesNotContain(example.self())
                    .noneMatch(example.excluded())
                    .allMatch(peer -> peer.location().distanceTo(target)
                            <= example.self().location().distanceTo(target));
        }
    }

    private static List<PeerId> first(List<PeerId> peers) {
        return peers.subList(0, Math.min(Router.MAX_CANDIDATES, peers.size()));
    }

    /** A node, its neighbours, the peers that it must not ask, and the targets. */
    record Case(
            long seed, PeerId self, List<PeerId> neighbours, Set<PeerId> excludedPeers, List<RingLocation> targets) {

        static Case of(long seed) {
            Random random = new Random(seed);
            int locations = random.nextBoolean() ? 1 + random.nextInt(8) : 1 << 20;
            Set<PeerId> peers = new LinkedHashSet<>();
            int size = random.nextInt(210);
            while (peers.size() < size) {
                peers.add(peer(random, locations));
            }
            PeerId self = peer(random, locations);
            peers.remove(self);
            Set<PeerId> excludedPeers = new HashSet<>(
                    peers.stream().filter(peer -> random.nextInt(4) == 0).toList());
            List<RingLocation> targets = Stream.generate(
                            () -> new RingLocation((double) random.nextInt(locations * 2) / (locations * 2)))
                    .limit(TARGETS)
                    .toList();
            return new Case(seed, self, List.copyOf(peers), excludedPeers, targets);
        }

        private static PeerId peer(Random random, int locations) {
            return ScriptedPeer.idAt((double) random.nextInt(locations) / locations, random.nextInt());
        }

        Predicate<PeerId> excluded() {
            return excludedPeers::contains;
        }

        /** Returns a model with random outcomes for the neighbours, such as slow, failed or missing replies. */
        RoutingModel trainedModel() {
            Random random = new Random(seed);
            List<Outcome> outcomes = List.of(Outcome.values());
            RoutingHistory history = new RoutingHistory(ManualTime.stopped());
            for (PeerId peer : neighbours) {
                for (int events = random.nextInt(20); events > 0; events--) {
                    Outcome outcome = outcomes.get(random.nextInt(outcomes.size()));
                    history.record(new ExchangeSample(
                            peer,
                            ExchangeSample.logDistance(random.nextDouble() / 2),
                            outcome,
                            random.nextInt(1000),
                            0));
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
