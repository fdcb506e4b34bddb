package dev.tributary.core.hosting.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.ring.Ring;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NeighbourLocationsTests {

    private static final RingLocation CONTRACT = new RingLocation(0.5);

    @Test
    void nearestOfTheNearerNeighboursIsTheUpstream() {
        NeighbourLocations locations =
                NeighbourLocations.of(at(0.8, 0), List.of(at(0.7, 1), at(0.55, 2), at(0.6, 3), at(0.9, 4)));

        SyncPartners partners = locations.syncPartners(CONTRACT, 2, peer -> false, peer -> false);

        assertThat(partners).isEqualTo(new SyncPartners(3, List.of(at(0.55, 2))));
        assertThat(partners.isRoot()).isFalse();
    }

    @Test
    void knownHostIsPreferredToTheNearestNeighbour() {
        NeighbourLocations locations =
                NeighbourLocations.of(at(0.8, 0), List.of(at(0.7, 1), at(0.55, 2), at(0.6, 3), at(0.9, 4)));
        Set<PeerId> hosts = Set.of(at(0.7, 1), at(0.6, 3), at(0.9, 4));

        assertThat(locations.syncPartners(CONTRACT, 2, peer -> false, hosts::contains))
                .isEqualTo(new SyncPartners(3, List.of(at(0.6, 3))));
    }

    @Test
    void rootPlacesReplicasOnItsNearestNeighbours() {
        NeighbourLocations locations =
                NeighbourLocations.of(at(0.5, 0), List.of(at(0.7, 1), at(0.55, 2), at(0.42, 3), at(0.9, 4)));

        assertThat(locations.syncPartners(CONTRACT, 2, peer -> false, peer -> false))
                .isEqualTo(new SyncPartners(0, List.of(at(0.55, 2), at(0.42, 3))));
    }

    @Test
    void refusingNeighbourIsSkipped() {
        NeighbourLocations locations = NeighbourLocations.of(at(0.5, 0), List.of(at(0.7, 1), at(0.55, 2), at(0.42, 3)));

        assertThat(locations
                        .syncPartners(CONTRACT, 2, at(0.55, 2)::equals, peer -> false)
                        .partners())
                .containsExactly(at(0.42, 3), at(0.7, 1));
    }

    @Test
    void flappingNeighbourStaysANeighbourAndIsNoSyncPartner() {
        NeighbourLocations locations =
                NeighbourLocations.of(at(0.8, 0), List.of(at(0.5, 1), at(0.6, 2), at(0.9, 3)), Set.of(at(0.5, 1)));

        assertThat(locations
                        .syncPartners(CONTRACT, 2, peer -> false, peer -> false)
                        .partners())
                .containsExactly(at(0.6, 2));
        assertThat(locations.contains(at(0.5, 1))).isTrue();
    }

    @Test
    void isolatedNodeIsTheRootOfEveryContract() {
        NeighbourLocations locations = NeighbourLocations.of(at(0.1, 0), List.of());

        assertThat(locations.hasNoNeighbours()).isTrue();
        assertThat(locations.syncPartners(CONTRACT, 2, peer -> false, peer -> false))
                .isEqualTo(SyncPartners.NONE);
    }

    @Test
    void syncPartnersAgreeWithTheOrderOfTheRing() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            PeerId self = at(random.nextInt(20) / 20.0, 0);
            List<PeerId> neighbours = new ArrayList<>();
            for (int tag = 1; tag <= random.nextInt(12); tag++) {
                neighbours.add(at(random.nextInt(20) / 20.0, tag));
            }
            RingLocation location = new RingLocation(random.nextInt(20) / 20.0);
            Ring ring = Ring.of(self, neighbours);
            List<PeerId> hops = ring.nextHops(location, peer -> false);
            List<PeerId> nearest = ring.nearest(location, peer -> false);

            assertThat(NeighbourLocations.of(self, neighbours).syncPartners(location, 3, peer -> false, peer -> false))
                    .as("seed %d, round %d", seed, i)
                    .isEqualTo(new SyncPartners(
                            hops.size(),
                            hops.isEmpty() ? nearest.subList(0, Math.min(3, nearest.size())) : hops.subList(0, 1)));
        }
    }

    private static PeerId at(double location, int tag) {
        return ScriptedPeer.idAt(location, tag);
    }
}
