package dev.tributary.app.storage;

import dev.tributary.core.Node;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.storage.DamageStatus;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;

/** Nodes in one process, each with a store of files. */
final class StoreNetwork implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Path directory;
    private final InMemoryNetwork network = InMemoryNetwork.create();
    private final List<Member> members = new ArrayList<>();

    StoreNetwork(Path directory) {
        this.directory = directory;
    }

    /** Starts a node whose files are on this disk, and waits until it has neighbours, if there are other nodes. */
    void start(Disk disk) {
        members.add(open(directory.resolve("node-" + members.size()), disk));
        awaitNeighbours(members.size() - 1);
    }

    Node node(int number) {
        return members.get(number).node;
    }

    /** The directory with the bodies of a node's contracts. */
    Path bodies(int number) {
        return members.get(number).directory.resolve("bodies");
    }

    DamageStatus damage(int number) {
        return node(number).status().contracts().hosting().copies().damage();
    }

    void stop(int number) {
        node(number).stop().block(TIMEOUT);
    }

    /** Starts a stopped node again, with another identity: it holds what its files hold. */
    void restart(int number) {
        members.set(number, open(members.get(number).directory, new Disk()));
        awaitNeighbours(number);
    }

    static Contract contract(int number) {
        return LastWriterWins.named("number " + number);
    }

    static State state(int number) {
        byte[] content = new byte[20_000];
        content[7] = (byte) number;
        return LastWriterWins.state(number + 1, content);
    }

    void put(int node, int contract) {
        node(node).put(contract(contract), state(contract)).block(TIMEOUT);
    }

    /** The state that the node answers with. */
    State get(int node, int contract) {
        GetResult result =
                Objects.requireNonNull(node(node).get(contract(contract).id()).block(TIMEOUT));
        return ((GetResult.Found) result).value();
    }

    /** Waits until the condition holds. */
    static void await(BooleanSupplier condition) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(20))
                .onBackpressureDrop()
                .filter(tick -> condition.getAsBoolean())
                .blockFirst(TIMEOUT);
    }

    @Override
    public void close() {
        Flux.fromIterable(members)
                .flatMap(member -> member.node.stop(), 10)
                .then()
                .block(TIMEOUT);
    }

    private void awaitNeighbours(int number) {
        node(number).awaitNeighbours(Math.min(members.size() - 1, 2)).block(TIMEOUT);
    }

    private Member open(Path path, Disk disk) {
        PeerTransport transport = network.transport();
        var builder = Node.builder()
                .config(NodeConfig.local())
                .transport(transport)
                .store(FileContractStore.open(
                        path, StorageConfig.defaults().withInlineLimit(0).withDurability(Durability.BUFFERED), disk));
        for (Member other : members) {
            if (!other.directory.equals(path)) {
                builder = builder.bootstrapPeers(InMemoryNetwork.addressOf(other.transport));
            }
        }
        return new Member(
                path, transport, Objects.requireNonNull(builder.start().block(TIMEOUT)));
    }

    private record Member(Path directory, PeerTransport transport, Node node) {}
}
