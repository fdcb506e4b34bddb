package dev.tributary.app.demo;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Five nodes in five processes on loopback sockets: a file is put through one, got through another, the node that is its
 * root is killed, the file is got again, and the killed node comes back on its data directory.
 */
public final class Demo {

    private static final int NODES = 5;
    private static final long LINK_PATIENCE = 30_000;
    private static final long POLL = 50;

    private final PrintWriter out;
    private final Path directory;
    private final long start = System.nanoTime();
    private final List<NodeChild> nodes = new ArrayList<>();
    private final List<PeerId> ids = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();

    public Demo(PrintWriter out, Path directory) {
        this.out = out;
        this.directory = directory;
    }

    /** Shows it all with this file; throws {@link IllegalStateException} if something did not go as it must. */
    public void show(Path file) throws IOException, InterruptedException {
        startNodes();
        byte[] content = Files.readAllBytes(file);
        say("PUT %s (%,d bytes) through node 1".formatted(file.getFileName(), content.length));
        NodeChild.Answer stored = expect("stored", nodes.get(0).ask("put demo " + file.toAbsolutePath()));
        ContractInstanceId key = ContractInstanceId.parse(stored.fact("key"));
        int root = root(key);
        say("  key %s".formatted(key));
        say("  %s: the root is node %d, %s hop(s) away; %s copies; %s ms"
                .formatted(
                        stored.fact("reach"), root + 1, stored.fact("hops"), stored.fact("copies"), stored.fact("ms")));

        get(readerBut(root), key, content);
        say("KILL node %d, the root (process %d), without warning"
                .formatted(root + 1, nodes.get(root).pid()));
        nodes.get(root).kill();
        int reader = readerBut(root);
        get(reader, key, content);
        say("GET a key that nobody knows through node %d".formatted(reader + 1));
        NodeChild.Answer unknown = expect("not-found", nodes.get(reader).ask("get " + unknownKey()));
        say("  not found, after %s ms".formatted(unknown.fact("ms")));
        say("RESTART node %d on its data directory".formatted(root + 1));
        restart(root);
        get(root, key, content);
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
        NodeChild.Answer found = expect("found", nodes.get(node).ask("get " + key + " " + copy));
        if (Bytes.wrap(Files.readAllBytes(copy)).equals(Bytes.wrap(content))) {
            say("  found %s hop(s) away, identical; %s ms".formatted(found.fact("hops"), found.fact("ms")));
        } else {
            throw new IllegalStateException("what was got is not what was put: " + copy);
        }
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
