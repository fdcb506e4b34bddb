package dev.tributary.core.hosting;

import static dev.tributary.core.hosting.HostingFixture.INTERVAL;
import static dev.tributary.core.hosting.HostingFixture.NOON;
import static dev.tributary.core.hosting.HostingFixture.PEER;
import static dev.tributary.core.hosting.HostingFixture.contract;
import static dev.tributary.core.hosting.HostingFixture.holding;
import static dev.tributary.core.hosting.HostingFixture.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.HostingBudgetException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.hosting.replica.NeighbourLocations;
import dev.tributary.core.hosting.replica.SyncPartners;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A budget of ten contracts and 1 MiB. */
class HostingBudgetTests {

    private static final int MIB = 1 << 20;
    private static final StateOrigin CLIENT = StateOrigin.ofClientPut();
    private static final StateOrigin REMOTE_PUT =
            new StateOrigin(CallClass.NETWORK_RELAY, StateOrigin.Reason.PUT, PEER);
    private static final StateOrigin REPLICATION =
            new StateOrigin(CallClass.BACKGROUND, StateOrigin.Reason.REPLICATION, PEER);
    private static final SyncPartners NOT_ROOT = new SyncPartners(5, List.of(PEER));
    private static final SyncPartners ROOT = new SyncPartners(0, List.of(PEER));

    private final HostingBudget budget =
            new HostingBudget(HostingConfig.defaults().withBytes(MIB).withContracts(10), 3);

    @Test
    void leastDemandIsEvictedFirst() {
        add(holding(1, MIB / 3, 3));
        add(holding(2, MIB / 3, 5));
        add(holding(3, MIB / 3, 1));
        assertThat(budget.nextEviction(null)).isEmpty();

        add(holding(4, MIB / 3, 0));

        assertThat(evictUntilAllFits()).containsExactly(2);
    }

    @Test
    void frequentRequestsOutweighARecentOne() {
        Demand often = Demand.firstRequest(NOON.minusSeconds(7200));
        for (int i = 0; i < 9; i++) {
            often = often.afterRequest(NOON.minusSeconds(7200));
        }
        add(holding(1, MIB / 2, often));
        add(holding(2, MIB / 2, 1));
        add(holding(3, MIB / 2, 0));

        assertThat(evictUntilAllFits()).containsExactly(2);
    }

    @Test
    void rootReplicaCountsAsTwelveHoursOfDemand() {
        add(placed(holding(1, MIB / 2, 11), ROOT));
        add(holding(2, MIB / 2, 1));
        add(holding(3, MIB / 2, 0));

        assertThat(evictUntilAllFits()).containsExactly(2);
    }

    @Test
    void clientContractsAreEvictedLast() {
        add(holding(
                1, MIB / 4, Demand.firstRequest(NOON.minusSeconds(1_000_000)).afterClientPut()));
        add(holding(2, MIB / 4, 1));
        add(holding(3, MIB / 4, 0));
        add(holding(4, MIB, Demand.firstRequest(NOON).afterClientPut()));

        assertThat(evictUntilAllFits()).containsExactly(2, 3, 1);
    }

    @Test
    void numberOfContractsIsLimited() {
        for (int i = 0; i < 11; i++) {
            add(holding(i, 1, 20 - i));
        }

        assertThat(evictUntilAllFits()).containsExactly(0);
    }

    @Test
    void sharedCodeCountsOnce() {
        for (int i = 0; i < 5; i++) {
            add(new StoreEntry(contract(i).key(), state(1).digest(), 10, 1000, NOON, Demand.firstRequest(NOON)));
        }
        assertThat(budget.bytes()).isEqualTo(5 * 10 + 1000);

        for (int i = 0; i < 5; i++) {
            budget.remove(contract(i).id());
        }
        assertThat(budget.bytes()).isZero();
    }

    @Test
    void remotePutEvictsAContractWithLessDemand() {
        add(holding(1, MIB, 3));

        assertThatCode(() -> budget.requireRoom(holding(2, MIB, 0), NOT_ROOT, REMOTE_PUT))
                .doesNotThrowAnyException();
    }

    @Test
    void remotePutIsRefusedIfHostedContractsHaveMoreDemand() {
        add(holding(1, MIB, 0));

        assertThatThrownBy(() -> budget.requireRoom(holding(2, MIB / 2, 1), NOT_ROOT, REMOTE_PUT))
                .isInstanceOf(HostingBudgetException.class)
                .hasMessageContaining("no room for " + MIB / 2 + " bytes")
                .hasMessageContaining(contract(2).id().toString());
    }

    @Test
    void remotePutNeverEvictsAClientContract() {
        add(holding(1, MIB, Demand.firstRequest(NOON.minusSeconds(1_000_000)).afterClientPut()));

        assertThatThrownBy(() -> budget.requireRoom(holding(2, 1, 0), NOT_ROOT, REMOTE_PUT))
                .isInstanceOf(HostingBudgetException.class);
        assertThatCode(() -> budget.requireRoom(
                        holding(2, 1, Demand.firstRequest(NOON).afterClientPut()), NOT_ROOT, CLIENT))
                .doesNotThrowAnyException();
    }

    @Test
    void contractLargerThanTheBudgetIsAlwaysRefused() {
        assertThatThrownBy(() -> budget.requireRoom(holding(1, MIB + 1, 0), ROOT, CLIENT))
                .isInstanceOfSatisfying(PayloadTooLargeException.class, error -> {
                    assertThat(error.size()).isEqualTo(MIB + 1);
                    assertThat(error.limit()).isEqualTo(MIB);
                });
    }

    @Test
    void unrequestedReplicasDoNotEvictEachOther() {
        add(holding(1, MIB, Demand.unrequested(NOON)));

        StoreEntry anHourLater = holding(2, MIB, Demand.unrequested(NOON.plusSeconds(3600)));
        StoreEntry twoHoursLater = holding(2, MIB, Demand.unrequested(NOON.plusSeconds(7200)));

        assertThatThrownBy(() -> budget.requireRoom(anHourLater, NOT_ROOT, REPLICATION))
                .isInstanceOf(HostingBudgetException.class);
        assertThatCode(() -> budget.requireRoom(twoHoursLater, NOT_ROOT, REPLICATION))
                .doesNotThrowAnyException();
        assertThat(budget.hasRoom(
                        PEER,
                        new Hosting.Replica(contract(2).id(), state(1).digest(), MIB),
                        Demand.unrequested(NOON),
                        NOT_ROOT))
                .isFalse();
        assertThat(budget.hasRoom(
                        PEER,
                        new Hosting.Replica(contract(2).id(), state(1).digest(), MIB),
                        Demand.unrequested(NOON),
                        ROOT))
                .isTrue();
    }

    @Test
    void growingContractNeedsRoomForItsGrowthOnly() {
        add(holding(1, MIB / 2, 0));
        add(holding(2, MIB / 2, 0));

        assertThatCode(() -> budget.requireRoom(holding(1, MIB / 2, 0), NOT_ROOT, REMOTE_PUT))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> budget.requireRoom(holding(1, MIB / 2 + 1, 0), NOT_ROOT, REMOTE_PUT))
                .isInstanceOf(HostingBudgetException.class);
    }

    @Test
    void peerThatBroughtItsShareDisplacesOnlyItsOwnContracts() {
        for (int i = 0; i < 7; i++) {
            add(holding(i, 10, 20));
        }
        for (int i = 7; i < 10; i++) {
            addBrought(PEER, holding(i, 10, 14 - i));
        }
        // The peer's contracts have more demand than all others, and its new one has the most.
        assertThatCode(() -> budget.requireRoom(holding(10, 10, 0), NOT_ROOT, REMOTE_PUT))
                .doesNotThrowAnyException();
        addBrought(PEER, holding(10, 10, 0));
        assertThat(evictUntilAllFits()).containsExactly(7);

        assertThatThrownBy(() -> budget.requireRoom(holding(11, 10, 10), NOT_ROOT, REMOTE_PUT))
                .as("less demand than its own, more than that of the others")
                .isInstanceOf(HostingBudgetException.class);
    }

    @Test
    void peerCannotReplaceWhatOthersBrought() {
        PeerId flood = ScriptedPeer.idAt(0.7, 7);
        for (int i = 0; i < 8; i++) {
            addBrought(ScriptedPeer.idAt(0.4, i), holding(i, 10, 20));
        }
        List<Integer> evicted = new ArrayList<>();
        for (int i = 8; i < 20; i++) {
            addBrought(flood, holding(i, 10, 0));
            evicted.addAll(evictUntilAllFits());
        }
        assertThat(evicted).allMatch(number -> number >= 8).hasSize(10);
    }

    @Test
    void surplusOfAPeerYieldsToWhatOthersBring() {
        for (int i = 0; i < 10; i++) {
            addBrought(PEER, holding(i, 10, 5));
        }
        PeerId another = ScriptedPeer.idAt(0.7, 7);
        add(holding(10, 10, 20));
        assertThat(evictUntilAllFits()).hasSize(1).doesNotContain(10);
        StateOrigin origin = new StateOrigin(CallClass.NETWORK_RELAY, StateOrigin.Reason.PUT, another);
        assertThatCode(() -> budget.requireRoom(holding(11, 10, 0), NOT_ROOT, origin))
                .doesNotThrowAnyException();
    }

    @Test
    void onlyPeerMayUseTheWholeBudgetAndReplaceItsOwnContracts() {
        for (int i = 0; i < 10; i++) {
            addBrought(PEER, holding(i, 10, 20 - i));
        }
        addBrought(PEER, holding(10, 10, 0));
        assertThat(evictUntilAllFits()).containsExactly(0);
    }

    @Test
    void codeCountsToTheShareOfThePeerThatBroughtItFirst() {
        for (int i = 0; i < 10; i++) {
            add(placed(
                    new StoreEntry(contract(i).key(), state(1).digest(), 10, MIB / 3, NOON, Demand.firstRequest(NOON)),
                    i == 0 ? PEER : ScriptedPeer.idAt(0.4, i),
                    NOT_ROOT));
        }
        add(new StoreEntry(contract(10).key(), state(1).digest(), 10, MIB / 3, NOON, Demand.firstRequest(NOON)));
        assertThat(evictUntilAllFits()).containsExactly(0);
    }

    @Test
    void onlyWhatNoClientAskedForCountsToAPeer() {
        assertThat(REMOTE_PUT.sender()).isEqualTo(PEER);
        assertThat(REPLICATION.sender()).isEqualTo(PEER);
        assertThat(new StateOrigin(CallClass.BACKGROUND, StateOrigin.Reason.FETCH, PEER).sender())
                .as("a neighbour's GET that this node forwarded")
                .isEqualTo(PEER);
        assertThat(new StateOrigin(CallClass.CLIENT_LOCAL, StateOrigin.Reason.FETCH, PEER).sender())
                .isNull();
        assertThat(CLIENT.sender()).isNull();
    }

    private void addBrought(PeerId peer, StoreEntry holding) {
        add(placed(holding, peer, NOT_ROOT));
    }

    private void add(StoreEntry holding) {
        add(placed(holding, NOT_ROOT));
    }

    private void add(HostedContract hosted) {
        budget.add(hosted);
    }

    private static HostedContract placed(StoreEntry holding, SyncPartners duty) {
        return placed(holding, null, duty);
    }

    private static HostedContract placed(StoreEntry holding, @Nullable PeerId sender, SyncPartners duty) {
        HostedContract hosted =
                new HostedContract(holding, sender, NeighbourLocations.of(HostingFixture.PEER, List.of()), INTERVAL, 0);
        List<PeerId> nearer = new ArrayList<>();
        double location = holding.key().location().value();
        for (int tag = 0; tag < duty.nearerNeighbours(); tag++) {
            nearer.add(ScriptedPeer.idAt(location, tag));
        }
        hosted.assignPartners(NeighbourLocations.of(ScriptedPeer.idAt((location + 0.4) % 1, 99), nearer), 2, 0);
        return hosted;
    }

    private List<Integer> evictUntilAllFits() {
        List<Integer> evicted = new ArrayList<>();
        while (budget.nextEviction(null).isPresent()) {
            ContractInstanceId id = budget.nextEviction(null).get();
            budget.remove(id);
            for (int i = 0; i < 20; i++) {
                if (contract(i).id().equals(id)) {
                    evicted.add(i);
                }
            }
        }
        return evicted;
    }
}
