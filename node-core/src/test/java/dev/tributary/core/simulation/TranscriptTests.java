package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.HELLO;
import static dev.tributary.core.simulation.Scenarios.ring;

import dev.tributary.core.Node;
import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** Writes the protocol transcripts from simulated runs and compares them with those in {@code node-core/transcripts}. */
class TranscriptTests {

    /** A seed for which the PUT and the GET take several hops, and the gateway has no free slot for the joiner. */
    private static final long SEED = 27;

    private static final Contract NOTE = LastWriterWins.named("note");
    private static final Contract SET = GrowOnlySet.named("set");

    @Test
    void putIsStoredOnEveryHop() throws IOException {
        TranscriptNetwork network = settled(ring(SEED, 1, 5, 2, 3));
        int client = farthest(network);
        network.begin();
        network.run(client, "put", NOTE, network.node(client).put(NOTE, HELLO));
        network.advance(Duration.ofSeconds(10));

        TranscriptFile.verify("put.txt", network.write("""
                        A client puts a contract. Its node stores the state and forwards the request towards the contract's
                        location; so does every next hop. The root, which has no nearer neighbour, sends replicas to other
                        neighbours before it replies. The replies travel back hop by hop. Hosts compare their replicas once.
                        """, NOTE));
    }

    @Test
    void getIsForwardedUntilReplicaIsFound() throws IOException {
        TranscriptNetwork network = settled(ring(SEED, 1, 5, 2, 3));
        int root = network.byDistance(NOTE).get(0);
        network.network().time().run(network.node(root).put(NOTE, HELLO));
        network.advance(Duration.ofSeconds(10));
        int client = farthest(network);
        network.begin();
        network.run(client, "get", NOTE, network.node(client).get(NOTE.id()));
        network.advance(Duration.ofSeconds(5));
        network.run(client, "get", SET, network.node(client).get(SET.id()));

        TranscriptFile.verify("get.txt", network.write("""
                        A client gets a contract. The request is forwarded towards the contract's location until a node holds
                        a replica. The hops on the way keep a replica, too, and compare it with the next host.
                        Then the client gets a contract that no node holds. Where no neighbour is nearer to the location, the
                        request asks the nearest neighbours once, with no hops left; the client's node tries other neighbours.
                        """, NOTE));
    }

    @Test
    void nodeJoinsThroughGateway() throws IOException {
        TranscriptNetwork network =
                TranscriptNetwork.start(ring(SEED, 1, 4, 2, 3).rampUp(Duration.ofMinutes(4)));
        network.advance(Duration.ofSeconds(5));
        network.limit(Duration.ofMinutes(3), Duration.ofMinutes(3).plusMillis(600));

        TranscriptFile.verify("join.txt", network.write("""
                        Node 4 joins a network of four nodes, each with at most three neighbours. The gateway has no free slot
                        and says so: the link to it is transient. Node 4 searches through it for neighbours near three places.
                        Peers that reserve a slot for node 4 are named in the offers, and node 4 dials them. The transcript
                        ends when node 4 has two neighbours; later searches look the same.
                        """));
    }

    @Test
    void updateReachesSubscribers() throws IOException {
        TranscriptNetwork network = settled(ring(SEED, 1, 4, 2, 3));
        network.network().time().run(network.node(0).put(SET, set("first")));
        network.advance(Duration.ofMinutes(1));
        network.begin();
        Disposable.Composite subscriptions = Disposables.composite();
        for (int node : List.of(1, 2)) {
            network.call(node, "subscribe", SET);
            subscriptions.add(network.node(node).subscribe(SET.id()).subscribe(update -> network.result(node, update)));
        }
        network.advance(Duration.ofSeconds(5));
        network.run(3, "update", SET, update(network.node(3), "second"));
        network.advance(Duration.ofSeconds(5));
        network.call(1, "cancel", SET);
        network.call(2, "cancel", SET);
        subscriptions.dispose();
        network.advance(Duration.ofSeconds(5));

        TranscriptFile.verify("update.txt", network.write("""
                        Clients of two nodes subscribe to a contract; a node without a replica gets one first. A client of a
                        third node updates it. Each host broadcasts the change to the hosts that its replica is compared with,
                        except the one that sent it; there is no reply. When the subscribers cancel, hosts that do not need
                        their replica any more tell the next host.
                        """, SET));
    }

    @Test
    void partitionHeals() throws IOException {
        TranscriptNetwork network = settled(ring(SEED, 1, 3, 1, 3));
        network.network().time().run(network.node(0).put(SET, set("before")));
        network.advance(Duration.ofMinutes(2));
        network.begin();
        Disposable partition = network.network().partition(List.of(0, 1));
        network.note("nodes 0 and 1 are separated from nodes 2 and 3");
        network.advance(Duration.ofSeconds(80));
        network.run(0, "update", SET, update(network.node(0), "left"));
        network.run(2, "update", SET, update(network.node(2), "right"));
        network.advance(Duration.ofSeconds(20));
        network.note("the partition heals");
        partition.dispose();
        network.advance(Duration.ofSeconds(30));

        TranscriptFile.verify("partition.txt", network.write("""
                        A network of four nodes falls into two halves. Messages between them never arrive, and links break
                        after a minute without any. Clients update both halves. The nodes keep dialling the peers that they
                        lost; a dial under way succeeds after the heal. Then hosts compare their replicas, and each sends the
                        other what it is missing, until all four hold both updates.
                        """, SET));
    }

    private static TranscriptNetwork settled(SimulatedNetworkBuilder builder) {
        TranscriptNetwork network = TranscriptNetwork.start(builder);
        network.advance(Duration.ofMinutes(10));
        return network;
    }

    private static int farthest(TranscriptNetwork network) {
        List<Integer> byDistance = network.byDistance(NOTE);
        return byDistance.get(byDistance.size() - 1);
    }

    private static Mono<?> update(Node node, String element) {
        return node.update(SET.id(), new StateChange.Full(set(element)));
    }

    private static State set(String element) {
        return GrowOnlySet.state(List.of(Bytes.utf8(element)));
    }
}
