package dev.tributary.app.demo;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Five nodes in five processes on loopback sockets: a file is put through one as a signed document, got through another
 * and put there in its second version, the node that is its root is killed, the file is got again, and the killed node
 * comes back on its data directory.
 */
public final class Demo {

    private static final Bytes SECOND = Bytes.utf8("\nversion 2\n");

    /** The longest file that can be shown, in bytes: its second version has to fit into a state as well. */
    public static final long LARGEST = ContractLimits.DEFAULT.stateBytes() - SignedDocument.HEAD - (long) SECOND.size();

    private static final int NODES = 5;
    private static final long LINK_PATIENCE = 30_000;
    private static final long POLL = 50;

    private final PrintWriter out;
    private final Path directory;
    private final long start = System.nanoTime();
    private final List<NodeChild> nodes = new ArrayList<>();
    private final List<PeerId> ids = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private final KeyPair writer = keys();
    private final Contract document = SignedDocument.contract(writer.getPublic(), "demo");

    public Demo(PrintWriter out, Path directory) {
        this.out = out;
        this.directory = directory;
    }

    /** Shows it all with this file; throws {@link IllegalStateException} if something did not go as it must. */
    public void show(Path file) throws IOException, InterruptedException {
        startNodes();
        byte[] content = Files.readAllBytes(file);
        say("PUT %s (%,d bytes) through node 1, as a document that its writer signs"
                .formatted(file.getFileName(), content.length));
        ContractInstanceId key = document.id();
        int root = root(key);
        say("  key %s, its root is node %d".formatted(key, root + 1));
        put(0, signed(writer, 1, content));

        int reader = readerBut(root);
        get(reader, key, content);
        byte[] second = second(content);
        say("PUT version 2 through node %d".formatted(reader + 1));
        put(reader, signed(writer, 2, second));
        say("PUT version 3 through node 1, signed by somebody else");
        NodeChild.Answer refused = expect("failed", nodes.get(0).ask(publish(signed(keys(), 3, content))));
        say("  refused: %s".formatted(refused.line().replaceAll("^.*rejected the state: ", "")));

        say("KILL node %d, the root (process %d), without warning"
                .formatted(root + 1, nodes.get(root).pid()));
        nodes.get(root).kill();
        reader = readerBut(root);
        get(reader, key, second);
        say("GET a key that nobody knows through node %d".formatted(reader + 1));
        NodeChild.Answer unknown = expect("not-found", nodes.get(reader).ask("get " + unknownKey()));
        say("  not found, after %s ms".formatted(unknown.fact("ms")));
        say("RESTART node %d on its data directory".formatted(root + 1));
        restart(root);
        get(root, key, second);
        say("CONTRACTS, what their calls took");
        for (int node = 0; node < NODES; node++) {
            sayContracts(node);
        }
        say("done: everything was found, byte for byte");
    }

    /** Where node 1 can be reached, for whoever wants to go on with the five. */
    public String entrance() {
        return addresses.get(0);
    }

    /** Stops whatever runs. */
    public void stop() throws InterruptedException {
        nodes.forEach(NodeChild::askToStop);
        for (NodeChild node : nodes) {
            node.stop();
        }
    }

    private void startNodes() throws IOException, InterruptedException {
        say("starting %d nodes in processes of their own, data in %s".formatted(NODES, directory));
        addresses.addAll(freeAddresses(NODES));
        for (int i = 0; i < NODES; i++) {
            nodes.add(startNode(i));
        }
        for (int i = 0; i < NODES; i++) {
            NodeChild.Answer ready = expect("ready", nodes.get(i).answer());
            ids.add(PeerId.parse(ready.fact("peer")));
            say("  node %d, process %d: peer %s at %s"
                    .formatted(i + 1, nodes.get(i).pid(), ready.fact("peer"), addresses.get(i)));
        }
        for (NodeChild node : nodes) {
            awaitNeighbours(node, NODES - 1);
        }
        say("all %d are linked to each other, over TLS".formatted(NODES));
    }

    /** Each node dials those before it, so that every two are linked once. */
    private NodeChild startNode(int node) throws IOException {
        return NodeChild.start(data(node), addresses.get(node), addresses.subList(0, node));
    }

    private void restart(int node) throws IOException, InterruptedException {
        List<String> others = new ArrayList<>(addresses);
        others.remove(node);
        nodes.set(node, NodeChild.start(data(node), addresses.get(node), others));
        expect("ready", nodes.get(node).answer());
        NodeChild.Answer status = expect("status", nodes.get(node).ask("status"));
        say("  it is back as the same peer and holds %s contract(s)".formatted(status.fact("contracts")));
    }

    private void get(int node, ContractInstanceId key, byte[] content) throws IOException {
        say("GET it through node %d".formatted(node + 1));
        Path copy = Files.createTempFile(directory, "got", ".bin");
        NodeChild.Answer found = expect("found", nodes.get(node).ask("get %s \"%s\"".formatted(key, copy)));
        if (Bytes.wrap(Files.readAllBytes(copy)).equals(Bytes.wrap(content))) {
            say("  found %s hop(s) away, identical; %s ms".formatted(found.fact("hops"), found.fact("ms")));
        } else {
            throw new IllegalStateException("what was got is not what was put: " + copy);
        }
    }

    private void put(int node, State state) throws IOException {
        NodeChild.Answer stored = expect("stored", nodes.get(node).ask(publish(state)));
        say("  %s, %s hop(s) away; %s copies; %s ms"
                .formatted(stored.fact("reach"), stored.fact("hops"), stored.fact("copies"), stored.fact("ms")));
    }

    private String publish(State state) throws IOException {
        Path parameters = Files.write(
                directory.resolve("document.parameters"),
                document.parameters().bytes().toArray());
        Path file =
                Files.write(directory.resolve("document.state"), state.bytes().toArray());
        return "publish document \"%s\" \"%s\"".formatted(parameters, file);
    }

    private State signed(KeyPair by, long version, byte[] content) {
        return SignedDocument.state(document, by.getPrivate(), version, Bytes.wrap(content));
    }

    private static byte[] second(byte[] content) {
        byte[] longer = Arrays.copyOf(content, content.length + SECOND.size());
        SECOND.toBuffer().get(longer, content.length, SECOND.size());
        return longer;
    }

    private void sayContracts(int node) throws IOException {
        NodeChild.Answer status = expect("status", nodes.get(node).ask("status"));
        say("  node %d: %s call(s), %s ms in all, %s ms at most; %s bytes compiled; %s bytes of memory at most"
                .formatted(
                        node + 1,
                        status.fact("calls"),
                        status.fact("calls-ms"),
                        status.fact("longest-call-ms"),
                        status.fact("code-bytes"),
                        status.fact("memory-peak-bytes")));
    }

    private void awaitNeighbours(NodeChild node, int count) throws IOException, InterruptedException {
        long end = System.currentTimeMillis() + LINK_PATIENCE;
        while (Integer.parseInt(expect("status", node.ask("status")).fact("neighbours")) < count) {
            if (System.currentTimeMillis() > end) {
                throw new IllegalStateException("process " + node.pid() + " has too few neighbours after 30 s");
            }
            TimeUnit.MILLISECONDS.sleep(POLL);
        }
    }

    private static NodeChild.Answer expect(String word, NodeChild.Answer answer) {
        if (!answer.word().equals(word)) {
            throw new IllegalStateException("expected '" + word + "', the node said: " + answer.line());
        }
        return answer;
    }

    /** The node nearest to the contract's location. */
    private int root(ContractInstanceId key) {
        return IntStream.range(0, NODES)
                .boxed()
                .min(Comparator.comparingDouble(node -> ids.get(node).location().distanceTo(key.location())))
                .orElseThrow();
    }

    /** A node that does not hold the contract yet if there is one, so that it has to ask; never this one. */
    private int readerBut(int excluded) throws IOException {
        int reader = -1;
        for (int node = NODES - 1; node >= 0; node--) {
            if (node != excluded) {
                boolean empty = expect("status", nodes.get(node).ask("status"))
                        .fact("contracts")
                        .equals("0");
                reader = reader < 0 || empty ? node : reader;
            }
        }
        return reader;
    }

    private static ContractInstanceId unknownKey() {
        return LastWriterWins.named("nobody knows this one").id();
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every JDK has Ed25519", absent);
        }
    }

    /** Free when they are chosen, all at once, so that they differ. */
    static List<String> freeAddresses(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<String> free = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                free.add("127.0.0.1:" + sockets.get(i).getLocalPort());
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
        return free;
    }

    private Path data(int node) {
        return directory.resolve("node-" + (node + 1));
    }

    private void say(String text) {
        out.printf("%6d ms  %s%n", (System.nanoTime() - start) / 1_000_000, text);
        out.flush();
    }
}
