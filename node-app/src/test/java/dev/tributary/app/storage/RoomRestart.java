package dev.tributary.app.storage;

import dev.tributary.app.demo.NodeChild;
import dev.tributary.app.storage.StoreProcess.Place;
import dev.tributary.core.value.StateChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Room} on three node processes, of which one, or all, miss a change: what a GET answers from the moment they are
 * back, and when it is the new state. The argument is a directory. The exit code is 1 if an answer is old and says that it
 * is confirmed. System properties: {@code room.away}, those of "one", "all", "asleep" and "split" to run, with commas;
 * {@code room.bytes}, the size of a register instead of the room of messages; {@code room.files}, the directory of a
 * contract of another project.
 */
public final class RoomRestart {

    private static final String DEFAULT_AWAY = "one,all,asleep";

    /** Longer than the pause from which on a node takes its machine for one that slept. */
    private static final Duration SLEEP = Duration.ofSeconds(10);

    private static final Duration SPLIT = Duration.ofSeconds(60);

    private final Path directory;
    private final Room room;
    private final @Nullable SplitNetwork network;
    private final List<StoreProcess> nodes = new ArrayList<>();
    private int unmarked;

    private RoomRestart(Path directory, Room room, @Nullable SplitNetwork network) {
        this.directory = directory;
        this.room = room;
        this.network = network;
    }

    /** Prints a line for each node that was away. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createDirectories(Path.of(arguments[0]).toAbsolutePath());
        int unmarked = 0;
        for (String away : System.getProperty("room.away", DEFAULT_AWAY).split(",", -1)) {
            try (SplitNetwork network = away.equals("split") ? SplitNetwork.create() : null) {
                RoomRestart run = new RoomRestart(Files.createTempDirectory(directory, away), room(), network);
                try {
                    run.start();
                    run.leaveAndReturn(away);
                } finally {
                    run.nodes.forEach(StoreProcess::close);
                }
                unmarked += run.unmarked;
            }
        }
        System.exit(unmarked == 0 ? 0 : 1);
    }

    private static Room room() throws IOException {
        String files = System.getProperty("room.files", "none");
        int bytes = Integer.getInteger("room.bytes", 0);
        if (!files.equals("none")) {
            return Room.in(Path.of(files));
        }
        return bytes == 0 ? Room.signed() : Room.large(bytes);
    }

    private void start() throws IOException {
        for (int i = 0; i < 3; i++) {
            nodes.add(start(i));
        }
        nodes.get(0).awaitNeighbours(2);
        nodes.get(0).client().put(room.contract(), room.before()).block(StoreProcess.TIMEOUT);
        for (StoreProcess node : nodes) {
            StoreProcess.await(() -> size(get(node)) == room.before().size());
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
            case "asleep" -> {
                nodes.get(2).signal("STOP");
                write();
                Thread.sleep(SLEEP.toMillis());
                nodes.get(2).signal("CONT");
                ask(away, 2);
            }
            case "split" -> splitAndHeal();
            default -> throw new IllegalArgumentException("away: " + away);
        }
    }

    /** The node goes on, and others are not reached; it is asked all the time. */
    private void splitAndHeal() throws IOException, InterruptedException {
        SplitNetwork between = Objects.requireNonNull(network);
        between.split();
        write();
        Answers answers = new Answers(nodes.get(2), room);
        CompletableFuture<Void> asking = CompletableFuture.runAsync(answers::ask);
        Thread.sleep(SPLIT.toMillis());
        between.heal();
        answers.markBack();
        asking.join();
        print("split", 2, answers);
    }

    private void write() {
        nodes.get(0)
                .client()
                .update(room.contract().id(), new StateChange.Full(room.change()))
                .block(StoreProcess.TIMEOUT);
    }

    private void restart(int node) throws IOException {
        nodes.set(node, start(node));
    }

    private StoreProcess start(int number) throws IOException {
        Path data = directory.resolve("node-" + number);
        List<String> gateways = nodes.stream()
                .filter(node -> !node.data().equals(data))
                .map(StoreProcess::address)
                .toList();
        String heap = room.after().size() > 1 << 20 ? "1g" : Place.USUAL.heap();
        if (network == null) {
            return StoreProcess.start(new Place(Place.USUAL.listen(), heap, List.of()), data, gateways);
        }
        return number == 2
                ? StoreProcess.start(
                        new Place(SplitNetwork.AWAY + ":0", heap, SplitNetwork.prefix()),
                        data,
                        gateways,
                        "--client-address",
                        SplitNetwork.AWAY_CLIENTS)
                : StoreProcess.start(new Place(SplitNetwork.HERE + ":0", heap, List.of()), data, gateways);
    }

    /** Asks the node one GET after the other, and prints what it answers. */
    private void ask(String away, int node) {
        Answers answers = new Answers(nodes.get(node), room);
        answers.markBack();
        answers.ask();
        print(away, node, answers);
    }

    private synchronized void print(String away, int node, Answers answers) {
        unmarked += answers.unmarked();
        System.out.println("away " + away + " node " + node + " " + answers.report());
    }

    private NodeChild.Reply get(StoreProcess node) {
        return node.ask("get " + room.contract().id());
    }

    private static int size(NodeChild.Reply found) {
        return Integer.parseInt(found.fields().getOrDefault("bytes", "-1"));
    }
}
