package dev.tributary.app.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;

/** Subscribers of one of three nodes, whose disk is full. */
@Timeout(120)
class FullSubscriberIntegrationTests {

    private static final int CHANGES = 8;

    @TempDir
    private Path directory;

    private final FullDisk disk = new FullDisk();
    private @Nullable StoreNetwork network;

    @BeforeEach
    void startThreeNodesThatHoldOneContract() {
        StoreNetwork started = new StoreNetwork(directory);
        network = started;
        started.start(disk);
        started.start(new Disk());
        started.start(new Disk());
        started.put(0, 1);
        StoreProcess.await(() -> started.get(1, 1).equals(StoreNetwork.state(1))
                && started.get(2, 1).equals(StoreNetwork.state(1)));
    }

    @AfterEach
    void stop() {
        disk.freeSpace();
        network().close();
    }

    @Test
    void subscriberFromBeforeSeesTheChangesOfOthers() {
        Subscriber subscriber = new Subscriber(1);
        StoreProcess.await(() -> subscriber.hasSeen(StoreNetwork.state(1)));
        disk.fill();

        for (int change = 1; change <= CHANGES; change++) {
            change(1 + change % 2, change);
            State latest = changed(change);
            StoreProcess.await(() -> subscriber.hasSeen(latest));
        }

        assertThat(subscriber.failure()).isNull();
        assertThat(subscriber.versions()).as("never back").isSorted();
    }

    @Test
    void newSubscriberOfAHeldContractSeesTheNewestStateAndTheChanges() {
        Subscriber first = new Subscriber(1);
        StoreProcess.await(() -> first.hasSeen(StoreNetwork.state(1)));
        disk.fill();
        change(1, 1);
        StoreProcess.await(() -> first.hasSeen(changed(1)));

        Subscriber second = new Subscriber(1);
        StoreProcess.await(() -> second.hasSeen(changed(1)));
        change(2, 2);
        StoreProcess.await(() -> first.hasSeen(changed(2)) && second.hasSeen(changed(2)));

        assertThat(first.versions()).isSorted();
        assertThat(second.versions()).isSorted().doesNotContain(2L);
    }

    @Test
    void subscriberOfAContractThatCannotBeStoredIsToldSo() {
        disk.fill();
        network().put(1, 7);
        Subscriber subscriber = new Subscriber(7);

        StoreProcess.await(() -> subscriber.failure() != null);
        assertThat(subscriber.failure())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(
                        "cannot store contract " + StoreNetwork.contract(7).id())
                .hasMessageContaining("No space left on device");
    }

    @Test
    void changesAreStoredAgainOnceTheDiskHasRoom() {
        Subscriber subscriber = new Subscriber(1);
        StoreProcess.await(() -> subscriber.hasSeen(StoreNetwork.state(1)));
        disk.fill();
        change(1, 1);
        StoreProcess.await(() -> subscriber.hasSeen(changed(1)));
        disk.freeSpace();
        StoreProcess.await(() -> network().node(0).status().contracts().health().isWritable());
        change(2, 2);

        StoreProcess.await(() -> subscriber.hasSeen(changed(2)));
        StoreProcess.await(() -> network().get(0, 1).equals(changed(2)));
        assertThat(subscriber.versions()).isSorted();
    }

    @Test
    void subscribersOfOtherNodesSeeTheChangesThatPassTheFullNode() {
        List<Subscriber> subscribers = new ArrayList<>();
        for (int contract = 2; contract < 2 + CHANGES; contract++) {
            network().put(0, contract);
            subscribers.add(new Subscriber(2, contract));
        }
        StoreProcess.await(
                () -> subscribers.stream().noneMatch(each -> each.versions().isEmpty()));
        for (int contract = 2; contract < 2 + CHANGES; contract++) {
            network().get(1, contract);
        }
        disk.fill();

        State changed = LastWriterWins.state(1_000, new byte[100]);
        for (int contract = 2; contract < 2 + CHANGES; contract++) {
            network()
                    .node(1)
                    .update(StoreNetwork.contract(contract).id(), new StateChange.Full(changed))
                    .block(StoreNetwork.TIMEOUT);
        }

        StoreProcess.await(() -> subscribers.stream().allMatch(each -> each.hasSeen(changed)));
    }

    private StoreNetwork network() {
        return Objects.requireNonNull(network);
    }

    private void change(int node, int change) {
        network()
                .node(node)
                .update(StoreNetwork.contract(1).id(), new StateChange.Full(changed(change)))
                .block(StoreNetwork.TIMEOUT);
    }

    private static State changed(int change) {
        return LastWriterWins.state(2 + change, new byte[100 + change]);
    }

    /** A client of a node. */
    private final class Subscriber {

        private final List<State> seen = new CopyOnWriteArrayList<>();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        @SuppressWarnings("unused") // ends with the node
        private final Disposable subscription;

        Subscriber(int contract) {
            this(0, contract);
        }

        Subscriber(int node, int contract) {
            subscription = network()
                    .node(node)
                    .subscribe(StoreNetwork.contract(contract).id())
                    .map(ContractUpdate::state)
                    .subscribe(seen::add, failure::set);
        }

        boolean hasSeen(State state) {
            return seen.contains(state);
        }

        @Nullable
        Throwable failure() {
            return failure.get();
        }

        List<Long> versions() {
            return seen.stream()
                    .map(state -> state.bytes().toBuffer().getLong())
                    .toList();
        }
    }
}
