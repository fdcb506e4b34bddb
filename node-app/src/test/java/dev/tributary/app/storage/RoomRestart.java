package dev.tributary.app.storage;

import dev.tributary.app.demo.NodeChild;
import dev.tributary.core.contract.standard.SignedLog;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A room of 200 signed messages on three node processes, of which one, or all, miss 56 more: what a GET answers from the
 * moment they are back, and when it is the new state. The contract is a log in WebAssembly that verifies each signature. The
 * argument is a directory. The exit code is 1 if an answer is old and says that it is confirmed.
 */
public final class RoomRestart {

    private static final int OLD = 200;
    private static final int NEW = 256;

    /** Longer than the pause from which on a node takes its machine for one that slept. */
    private static final Duration SLEEP = Duration.ofSeconds(10);

    private static final Duration ASKED = Duration.ofSeconds(20);

    private final Path directory;
    private final KeyPair writer;
    private final Contract room;
    private final List<StoreProcess> nodes = new ArrayList<>();
    private final int oldSize;
    private final int newSize;
    private int unmarked;

    private RoomRestart(Path directory) throws GeneralSecurityException {
        this.directory = directory;
        this.writer = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        this.room = SignedLog.contract(writer.getPublic(), "room", NEW, 1_000);
        this.oldSize = messages(0, OLD).size();
        this.newSize = messages(0, NEW).size();
    }

    /** Prints a line for each node that was away. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]).toAbsolutePath();
        int unmarked = 0;
        for (String away : List.of("one", "all", "asleep")) {
            RoomRestart run = new RoomRestart(Files.createTempDirectory(Files.createDirectories(directory), away));
            try {
                run.start();
                run.leaveAndReturn(away);
            } finally {
                run.nodes.forEach(StoreProcess::close);
            }
            unmarked += run.unmarked;
        }
        System.exit(unmarked == 0 ? 0 : 1);
    }

    private void start() throws IOException {
        for (int i = 0; i < 3; i++) {
            nodes.add(StoreProcess.start(data(i), addresses(i)));
        }
        nodes.get(0).awaitNeighbours(2);
        nodes.get(0).client().put(room, messages(0, OLD)).block(StoreProcess.TIMEOUT);
        for (int node = 0; node < 3; node++) {
            awaitSize(node, OLD);
        }
    }

    private void leaveAndReturn(String away) throws Exception {
        switch (away) {
            case "one" -> {
                nodes.get(2).stop();
                write();
                restart(2);
                ask(away, 2);
            }
            case "all" -> {
                nodes.get(1).stop();
                nodes.get(2).stop();
                write();
                nodes.get(0).stop();
                for (int node = 0; node < 3; node++) {
                    restart(node);
                }
                CompletableFuture<?>[] asking = new CompletableFuture<?>[3];
                for (int node = 0; node < 3; node++) {
                    int number = node;
                    asking[node] = CompletableFuture.runAsync(() -> ask(away, number));
                }
                CompletableFuture.allOf(asking).join();
            }
            default -> {
                nodes.get(2).signal("STOP");
                write();
                Thread.sleep(SLEEP.toMillis());
                nodes.get(2).signal("CONT");
                ask(away, 2);
            }
        }
    }

    private void write() {
        nodes.get(0)
                .client()
                .update(room.id(), new StateChange.Full(messages(OLD, NEW)))
                .block(StoreProcess.TIMEOUT);
    }

    private void restart(int node) throws IOException {
        nodes.set(node, StoreProcess.start(data(node), addresses(node)));
    }

    /** Asks the node one GET after the other, and prints what it answers. */
    private void ask(String away, int node) {
        StoreProcess asked = nodes.get(node);
        long begin = System.nanoTime();
        CompletableFuture<Long> joined = CompletableFuture.supplyAsync(() -> {
            StoreProcess.await(asked::hasNeighbour);
            return System.nanoTime();
        });
        int marked = 0;
        int old = 0;
        long isNew = 0;
        long longest = 0;
        while (System.nanoTime() - begin < ASKED.toNanos()) {
            long asking = System.nanoTime();
            NodeChild.Reply answer = get(node);
            longest = Math.max(longest, System.nanoTime() - asking);
            boolean isOld = !answer.field("bytes").equals(Integer.toString(size(NEW)));
            if (isOld && answer.field("confirmed").equals("true")) {
                old++;
            } else if (isOld) {
                marked++;
            } else if (isNew == 0) {
                isNew = System.nanoTime();
            }
        }
        synchronized (this) {
            unmarked += old;
        }
        System.out.printf(
                Locale.ROOT,
                "away %s node %d joined ms %d new ms after joining %d old answers %d unmarked %d longest answer ms %d%n",
                away,
                node,
                (joined.join() - begin) / 1_000_000,
                isNew == 0 ? -1 : Math.max(0, isNew - joined.join()) / 1_000_000,
                marked,
                old,
                longest / 1_000_000);
    }

    private void awaitSize(int node, int messages) {
        StoreProcess.await(() -> get(node).field("bytes").equals(Integer.toString(size(messages))));
    }

    private NodeChild.Reply get(int node) {
        return nodes.get(node).ask("get " + room.id());
    }

    private int size(int messages) {
        return messages == NEW ? newSize : oldSize;
    }

    private State messages(int from, int to) {
        SortedMap<Long, Bytes> entries = new TreeMap<>();
        for (long number = from; number < to; number++) {
            entries.put(number, Bytes.utf8("message " + (1_000 + number) + " " + ".".repeat(80)));
        }
        return SignedLog.state(room, writer.getPrivate(), entries);
    }

    private List<String> addresses(int except) {
        return nodes.stream()
                .filter(node -> !node.data().equals(data(except)))
                .map(StoreProcess::address)
                .toList();
    }

    private Path data(int node) {
        return directory.resolve("node-" + node);
    }
}
