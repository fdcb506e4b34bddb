package dev.tributary.transport.benchmark;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PutOutcome;
import dev.tributary.core.value.PutRequest;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.TestDoor;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.PackedContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.IntFunction;
import reactor.core.publisher.Flux;

/**
 * PUT and GET of 1 KiB at the client door in both encodings, beside the same node asked in this process and a bare WebSocket
 * echo of 1 KiB: latency with one in flight, seen by the thread that asks, and throughput with 64 in flight on one
 * connection. Every PUT is of a contract of its own. Then a GET of a state of 40 MiB, beside a bare server that sends as
 * many pieces of the same size, and the memory of idle connections. The node has no neighbours. Requests are encoded before, answers counted and not decoded.
 * Rounds of all of them take turns; medians of the rounds are printed. Arguments: rounds (7), and a
 * word that the names of all lines to be run have.
 */
public final class DoorBenchmark {

    private static final int KIB = 1024;
    private static final int ONE_BY_ONE = 2_000;
    private static final int AT_ONCE = 64;
    private static final int MANY = 20_000;
    private static final int HELD = 1_000;
    private static final int LARGE = 40 << 20;
    private static final int PIECE = 256 << 10;
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Contract LARGE_NOTE = LastWriterWins.named("large");

    private final TestDoor door;
    private final Path directory;
    private final BareWebSocket bare = BareWebSocket.open(LARGE / PIECE, PIECE);
    private final List<Contract> held = contracts("held", HELD);

    private DoorBenchmark(TestDoor door, Path directory) {
        this.door = door;
        this.directory = directory;
    }

    public static void main(String[] args) throws IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
        Path directory = Files.createTempDirectory("door-benchmark");
        try (TestDoor door = TestDoor.open(directory)) {
            new DoorBenchmark(door, directory).run(rounds, args.length > 1 ? args[1] : "");
        }
        IdleConnections.print();
    }

    private void run(int rounds, String word) {
        putAll(door, held, 1);
        door.node()
                .put(LARGE_NOTE, LastWriterWins.state(1, new byte[LARGE - Long.BYTES]))
                .block(LONG);
        List<Measure> all = new ArrayList<>();
        addLatencies(all);
        addThroughputs(all);
        addLarge(all);
        List<Measure> measures =
                all.stream().filter(each -> each.name().contains(word)).toList();
        Measure.runAll(measures, 2, rounds);
        Measure.printHead("1 KiB over a loopback WebSocket");
        measures.forEach(Measure::print);
        bare.close();
    }

    private void addLatencies(List<Measure> all) {
        all.add(new Measure("echo, 1 in flight, us", () -> latency(bare.port(), "/echo", i -> new byte[KIB])));
        all.add(new Measure("Node.put, 1 in flight, us", () -> atFreshDoor(this::putHere)));
        all.add(new Measure("Node.get, 1 in flight, us", this::getHere));
        for (ClientEncoding encoding : ClientEncoding.values()) {
            List<byte[]> puts = puts(encoding, ONE_BY_ONE);
            all.add(new Measure(
                    "put " + encoding.label() + ", 1 in flight, us",
                    () -> atFreshDoor(fresh -> latency(fresh.port(), path(encoding), puts::get))));
            all.add(new Measure(
                    "get " + encoding.label() + ", 1 in flight, us",
                    () -> latency(door.port(), path(encoding), gets(encoding))));
        }
    }

    private void addThroughputs(List<Measure> all) {
        all.add(new Measure("echo, 64 in flight, /s", () -> throughput(bare.port(), "/echo", i -> new byte[KIB])));
        all.add(new Measure(
                "Node.put, 64 in flight, /s",
                () -> atFreshDoor(fresh -> {
                    List<Contract> contracts = contracts("many", MANY);
                    return Measure.throughput(MANY, () -> putAll(fresh, contracts, AT_ONCE));
                })));
        all.add(new Measure("Node.get, 64 in flight, /s", this::getManyHere));
        for (ClientEncoding encoding : ClientEncoding.values()) {
            List<byte[]> puts = puts(encoding, MANY);
            all.add(new Measure(
                    "put " + encoding.label() + ", 64 in flight, /s",
                    () -> atFreshDoor(fresh -> throughput(fresh.port(), path(encoding), puts::get))));
            all.add(new Measure(
                    "get " + encoding.label() + ", 64 in flight, /s",
                    () -> throughput(door.port(), path(encoding), gets(encoding))));
        }
    }

    private void addLarge(List<Measure> all) {
        all.add(new Measure("bare 40 MiB, MB/s", () -> large(bare.port(), "/large", new byte[1], 0)));
        for (ClientEncoding encoding : ClientEncoding.values()) {
            byte[] get = encode(encoding, new ClientRequest.Get(LARGE_NOTE.id(), false, false, false));
            // The chunk that the message's own fields begin, and in the native encoding the one that announces them.
            int more = encoding == ClientEncoding.NATIVE ? 2 : 1;
            all.add(new Measure(
                    "get of 40 MiB " + encoding.label() + ", MB/s",
                    () -> large(door.port(), path(encoding), get, more)));
        }
    }

    /** Where nothing was put yet: what is hosted has a bound. */
    private double[] atFreshDoor(Function<TestDoor, double[]> measured) {
        try (TestDoor fresh = TestDoor.open(directory)) {
            return measured.apply(fresh);
        }
    }

    private double[] latency(int port, String path, IntFunction<byte[]> request) {
        try (DoorSocket socket = DoorSocket.connect(port, path)) {
            return Measure.latency(ONE_BY_ONE, i -> socket.ask(request.apply(i), 1));
        }
    }

    private double[] throughput(int port, String path, IntFunction<byte[]> request) {
        Semaphore slots = new Semaphore(AT_ONCE);
        try (DoorSocket socket = DoorSocket.connect(port, path)) {
            socket.onReply(frame -> slots.release());
            return Measure.throughput(MANY, () -> {
                for (int i = 0; i < MANY; i++) {
                    slots.acquireUninterruptibly();
                    socket.send(request.apply(i));
                }
                slots.acquireUninterruptibly(AT_ONCE);
            });
        }
    }

    /** Megabytes a second, of the second answer: that a connection is new does not count. */
    private double[] large(int port, String path, byte[] request, int more) {
        try (DoorSocket socket = DoorSocket.connect(port, path)) {
            socket.ask(request, LARGE / PIECE + more);
            long start = System.nanoTime();
            socket.ask(request, LARGE / PIECE + more);
            return new double[] {LARGE / 1e6 / ((System.nanoTime() - start) / 1e9)};
        }
    }

    private double[] putHere(TestDoor fresh) {
        List<Contract> contracts = contracts("one by one", ONE_BY_ONE);
        return Measure.latency(
                ONE_BY_ONE, i -> fresh.node().put(contracts.get(i), state()).block(LONG));
    }

    private double[] getHere() {
        return Measure.latency(
                ONE_BY_ONE, i -> door.node().get(held.get(i % HELD).id()).block(LONG));
    }

    private double[] getManyHere() {
        return Measure.throughput(
                MANY,
                () -> Flux.range(0, MANY)
                        .flatMap(i -> door.node().get(held.get(i % HELD).id()), AT_ONCE)
                        .blockLast(LONG));
    }

    private static void putAll(TestDoor door, List<Contract> contracts, int atOnce) {
        Long stored = door.node()
                .putAll(Flux.fromIterable(contracts).map(contract -> new PutRequest(contract, state())), atOnce)
                .filter(PutOutcome.Stored.class::isInstance)
                .count()
                .block(LONG);
        if (stored == null || stored != contracts.size()) {
            throw new IllegalStateException("only " + stored + " of " + contracts.size() + " were stored");
        }
    }

    private static List<byte[]> puts(ClientEncoding encoding, int count) {
        return contracts("many", count).stream()
                .map(contract -> encode(
                        encoding, new ClientRequest.Put(PackedContract.of(contract), state(), List.of(), false, false)))
                .toList();
    }

    private IntFunction<byte[]> gets(ClientEncoding encoding) {
        List<byte[]> gets = held.stream()
                .map(contract -> encode(encoding, new ClientRequest.Get(contract.id(), false, false, false)))
                .toList();
        return i -> gets.get(i % HELD);
    }

    private static List<Contract> contracts(String name, int count) {
        List<Contract> contracts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            contracts.add(LastWriterWins.named(name + " " + i));
        }
        return contracts;
    }

    private static byte[] encode(ClientEncoding encoding, ClientRequest request) {
        return encoding.codec().encodeRequest(request);
    }

    private static State state() {
        return LastWriterWins.state(1, new byte[KIB - Long.BYTES]);
    }

    private static String path(ClientEncoding encoding) {
        return "/v1/contract/command?encodingProtocol=" + encoding.label();
    }
}
