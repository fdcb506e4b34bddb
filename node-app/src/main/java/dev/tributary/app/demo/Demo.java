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
 * Demonstrates five nodes in five processes on loopback sockets: puts a file through one node as a signed document,
 * gets it through another node, puts a second version there, kills the document's root, gets the document again, and
 * restarts the killed node on its data directory.
 */
public final class Demo {

    private static final Bytes VERSION_2_SUFFIX = Bytes.utf8("\nversion 2\n");

    /** Maximum size of the file in bytes: its second version must fit into a state too. */
    public static final long MAX_FILE_BYTES =
            ContractLimits.defaults().stateBytes() - SignedDocument.HEADER_BYTES - (long) VERSION_2_SUFFIX.size();

    private static final int NODES = 5;
    private static final long LINK_TIMEOUT_MILLIS = 30_000;
    private static final long POLL_MILLIS = 50;

    private final ChildProgram program;
    private final PrintWriter out;
    private final Path directory;
    private final long start = System.nanoTime();
    private final List<NodeChild> nodes = new ArrayList<>();
    private final List<PeerId> ids = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private final KeyPair writer = keys();
    private final Contract document = SignedDocument.contract(writer.getPublic(), "demo");

    /**
     * Creates the demonstration.
     *
     * @param program what the nodes' processes run
     * @param directory an existing directory for the files of all nodes
     */
    public Demo(ChildProgram program, PrintWriter out, Path directory) {
        this.program = program;
        this.out = out;
        this.directory = directory;
    }

    /** Runs the demonstration with this file; throws {@link IllegalStateException} if a step fails. Blocks. */
    public void run(Path file) throws IOException, InterruptedException {
        startNodes();
        byte[] content = Files.readAllBytes(file);
        print("PUT %s (%,d bytes) through node 1, as a document signed by its writer"
                .formatted(file.getFileName(), content.length));
        ContractInstanceId key = document.id();
        int root = root(key);
        print("  key %s, its root is node %d".formatted(key, root + 1));
        put(0, signed(writer, 1, content));

        int reader = readerExcept(root);
        get(reader, key, content);
        byte[] second = secondVersion(content);
        print("PUT version 2 through node %d".formatted(reader + 1));
        put(reader, signed(writer, 2, second));
        print("PUT version 3 through node 1, signed with another key");
        NodeChild.Reply refused = expect("failed", nodes.get(0).ask(publish(signed(keys(), 3, content))));
        print("  refused: %s".formatted(refused.line().replaceAll("^.*rejected the state: ", "")));

        print("KILL node %d, the root (process %d), without warning"
                .formatted(root + 1, nodes.get(root).pid()));
        nodes.get(root).kill();
        reader = readerExcept(root);
        get(reader, key, second);
        print("GET an unknown key through node %d".formatted(reader + 1));
        NodeChild.Reply unknown = expect("not-found", nodes.get(reader).ask("get " + unknownKey()));
        print("  not found, after %s ms".formatted(unknown.field("ms")));
        print("RESTART node %d on its data directory".formatted(root + 1));
        restart(root);
        get(root, key, second);
        print("CONTRACTS, cost of their calls");
        for (int node = 0; node < NODES; node++) {
            printContractUsage(node);
        }
        print("done: all contents were found, byte for byte");
    }

    /** The address of node 1, for a node that joins the five. */
    public String firstAddress() {
        return addresses.get(0);
    }

    /** Stops all nodes that run. */
    public void stop() throws InterruptedException {
        nodes.forEach(NodeChild::requestStop);
        for (NodeChild node : nodes) {
            node.stop();
        }
    }

    private void startNodes() throws IOException, InterruptedException {
        print("starting %d nodes in processes of their own, data in %s".formatted(NODES, directory));
        addresses.addAll(freeAddresses(NODES));
        for (int i = 0; i < NODES; i++) {
            nodes.add(startNode(i));
        }
        for (int i = 0; i < NODES; i++) {
            NodeChild.Reply ready = expect("ready", nodes.get(i).readReply());
            ids.add(PeerId.parse(ready.field("peer")));
            print("  node %d, process %d: peer %s at %s"
                    .formatted(i + 1, nodes.get(i).pid(), ready.field("peer"), addresses.get(i)));
        }
        for (NodeChild node : nodes) {
            awaitNeighbours(node, NODES - 1);
        }
        print("all %d nodes are linked to each other, over TLS".formatted(NODES));
    }

    /** Each node dials the nodes started before it, so that every pair has one link. */
    private NodeChild startNode(int node) throws IOException {
        return NodeChild.start(program, data(node), addresses.get(node), addresses.subList(0, node));
    }

    private void restart(int node) throws IOException, InterruptedException {
        List<String> others = new ArrayList<>(addresses);
        others.remove(node);
        nodes.set(node, NodeChild.start(program, data(node), addresses.get(node), others));
        expect("ready", nodes.get(node).readReply());
        NodeChild.Reply status = expect("status", nodes.get(node).ask("status"));
        print("  it is back as the same peer and holds %s contract(s)".formatted(status.field("contracts")));
    }

    private void get(int node, ContractInstanceId key, byte[] content) throws IOException {
        print("GET it through node %d".formatted(node + 1));
        Path copy = Files.createTempFile(directory, "got", ".bin");
        NodeChild.Reply found = expect("found", nodes.get(node).ask("get %s \"%s\"".formatted(key, copy)));
        if (Bytes.wrap(Files.readAllBytes(copy)).equals(Bytes.wrap(content))) {
            print("  found %s hop(s) away, identical; %s ms".formatted(found.field("hops"), found.field("ms")));
        } else {
            throw new IllegalStateException("the content read differs from the content put: " + copy);
        }
    }

    private void put(int node, State state) throws IOException {
        NodeChild.Reply stored = expect("stored", nodes.get(node).ask(publish(state)));
        print("  %s, %s hop(s) away; %s copies; %s ms"
                .formatted(stored.field("reach"), stored.field("hops"), stored.field("copies"), stored.field("ms")));
    }

    private String publish(State state) throws IOException {
        Path parameters = Files.write(
                directory.resolve("document.parameters"),
                document.parameters().bytes().toArray());
        Path file =
                Files.write(directory.resolve("document.state"), state.bytes().toArray());
        return "publish document \"%s\" \"%s\"".formatted(parameters, file);
    }

    private State signed(KeyPair keys, long version, byte[] content) {
        return SignedDocument.state(document, keys.getPrivate(), version, Bytes.wrap(content));
    }

    private static byte[] secondVersion(byte[] content) {
        byte[] longer = Arrays.copyOf(content, content.length + VERSION_2_SUFFIX.size());
        VERSION_2_SUFFIX.toBuffer().get(longer, content.length, VERSION_2_SUFFIX.size());
        return longer;
    }

    private void printContractUsage(int node) throws IOException {
        NodeChild.Reply status = expect("status", nodes.get(node).ask("status"));
        print("  node %d: %s call(s), %s ms in total, %s ms at most; %s bytes compiled; %s bytes of memory at most"
                .formatted(
                        node + 1,
                        status.field("calls"),
                        status.field("calls-ms"),
                        status.field("longest-call-ms"),
                        status.field("code-bytes"),
                        status.field("memory-peak-bytes")));
    }

    private void awaitNeighbours(NodeChild node, int count) throws IOException, InterruptedException {
        long end = System.currentTimeMillis() + LINK_TIMEOUT_MILLIS;
        while (Integer.parseInt(expect("status", node.ask("status")).field("neighbours")) < count) {
            if (System.currentTimeMillis() > end) {
                throw new IllegalStateException("process " + node.pid() + " has too few neighbours after 30 s");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private static NodeChild.Reply expect(String word, NodeChild.Reply answer) {
        if (!answer.kind().equals(word)) {
            throw new IllegalStateException("expected '" + word + "', the node answered: " + answer.line());
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

    /** A node other than the excluded one; if possible one that holds no contract, so that it must search. */
    private int readerExcept(int excluded) throws IOException {
        int reader = -1;
        for (int node = NODES - 1; node >= 0; node--) {
            if (node != excluded) {
                boolean empty = expect("status", nodes.get(node).ask("status"))
                        .field("contracts")
                        .equals("0");
                reader = reader < 0 || empty ? node : reader;
            }
        }
        return reader;
    }

    private static ContractInstanceId unknownKey() {
        return LastWriterWins.named("unknown").id();
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every JDK has Ed25519", absent);
        }
    }

    /** Addresses with different free ports; all sockets are open at the same time, so that the ports differ. */
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

    private void print(String text) {
        out.printf("%6d ms  %s%n", (System.nanoTime() - start) / 1_000_000, text);
        out.flush();
    }
}
