package dev.tributary.core.simulation;

import dev.tributary.core.Node;
import dev.tributary.core.NodeSchedulers;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.simulation.time.SimulatedTime;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.PutReceipt;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A PUT of a client of one node, which the only other node stores as the contract's root. Public, because the test
 * calls it across class loaders.
 */
public final class TracedPut {

    /** The node of the client. */
    static final String CLIENT_NODE = "client's node";

    /** The node nearer to the contract's location. */
    static final String ROOT = "root";

    private static final PeerAddress CLIENT_ADDRESS = new PeerAddress("10.0.0.1", 7475);
    private static final PeerAddress ROOT_ADDRESS = new PeerAddress("10.0.1.1", 7475);
    private static final Contract CONTRACT = LastWriterWins.named("traced");

    private final SimulatedTime time = SimulatedTime.create();
    private final SplittableRandom random = new SplittableRandom(1);
    private final SimulatedMedium medium = SimulatedMedium.of(time, random.split(), 1, NetworkConditions.good());

    private TracedPut() {}

    /** Starts both nodes and records the calls of one PUT in {@link CallTrace}; returns the number of replicas. */
    public static int run() {
        return new TracedPut().trace();
    }

    private int trace() {
        List<PeerId> ids = idsByDistance();
        Node root = start(ROOT, ids.get(0), ROOT_ADDRESS, List.of());
        Node clientNode = start(CLIENT_NODE, ids.get(1), CLIENT_ADDRESS, List.of(PeerContact.at(ROOT_ADDRESS)));
        time.run(clientNode.awaitNeighbours(1).and(root.awaitNeighbours(1)).thenReturn(true));
        time.advance(Duration.ofMinutes(1));
        CallTrace.clear();
        CallTrace.enterNode(CLIENT_NODE);
        PutReceipt receipt =
                time.run(clientNode.put(CONTRACT, LastWriterWins.state(1, "hello".getBytes(StandardCharsets.UTF_8))));
        return receipt.copies();
    }

    private List<PeerId> idsByDistance() {
        return IntStream.range(0, 2)
                .mapToObj(i -> {
                    byte[] id = new byte[32];
                    random.nextBytes(id);
                    return new PeerId(Bytes.wrap(id));
                })
                .sorted(Comparator.comparingDouble(
                        (PeerId id) -> id.location().distanceTo(CONTRACT.key().location())))
                .toList();
    }

    private Node start(String name, PeerId id, PeerAddress address, List<PeerContact> peers) {
        medium.addHost(address);
        LabelledScheduler threads = new LabelledScheduler(name, time);
        return time.run(Node.builder()
                .config(SimulatedNetworkBuilder.config())
                .transport(new InMemoryTransport(medium, id, address, threads))
                .bootstrapPeers(peers)
                .schedulers(new NodeSchedulers(threads, threads, threads, threads))
                .environment(time.source(), random.split())
                .start());
    }
}
