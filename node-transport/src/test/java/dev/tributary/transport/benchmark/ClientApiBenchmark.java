package dev.tributary.transport.benchmark;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PutOutcome;
import dev.tributary.core.value.PutRequest;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.TestServer;
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
 * Measures PUT and GET of 1 KiB over the client API in both encodings, compared to calls of the same node in this
 * process and to a bare WebSocket echo of 1 KiB: latency with one request in flight, as seen by the calling thread, and
 * throughput with 64 in flight on one connection. Every PUT publishes a new contract. Then a GET of a state of 40 MiB,
 * compared to a bare server that sends the same number of chunks of the same size, and the memory of idle connections.
 * The node has no neighbours. Requests are encoded in advance; answers are counted, not decoded. Each round runs all
 * measurements; medians of the rounds are printed. Arguments: number of rounds (7), and a word that selects
 * measurements by name.
 */
public final class ClientApiBenchmark {

    private static final int KIB = 1024;
    private static final int SEQUENTIAL = 2_000;
    private static final int IN_FLIGHT = 64;
    private static final int PIPELINED = 20_000;
    private static final int STORED = 1_000;
    private static final int LARGE = 40 << 20;
    private static final int CHUNK = 256 << 10;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Contract LARGE_CONTRACT = LastWriterWins.named("large");

    private final TestServer server;
    private final Path directory;
    private final WebSocketBaseline bare = WebSocketBaseline.open(LARGE / CHUNK, CHUNK);
    private final List<Contract> storedContracts = contracts("held", STORED);

    private ClientApiBenchmark(TestServer server, Path directory) {
        this.server = server;
        this.directory = directory;
    }

    public static void main(String[] args) throws IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
        Path directory = Files.createTempDirectory("client-api-benchmark");
        try (TestServer server = TestServer.open(directory)) {
            new ClientApiBenchmark(server, directory).run(rounds, args.length > 1 ? args[1] : "");
        }
        IdleConnectionsBenchmark.print();
    }

    private void run(int rounds, String word) {
        putAll(server, storedContracts, 1);
        server.node()
                .put(LARGE_CONTRACT, LastWriterWins.state(1, new byte[LARGE - Long.BYTES]))
                .block(TIMEOUT);
        List<Measurement> all = new ArrayList<>();
        addLatencies(all);
        addThroughputs(all);
        addLarge(all);
        List<Measurement> measures =
                all.stream().filter(measure -> measure.name().contains(word)).toList();
        Measurement.runAll(measures, 2, rounds);
        Measurement.printHead("1 KiB over a loopback WebSocket");
        measures.forEach(Measurement::print);
        bare.close();
    }

    private void addLatencies(List<Measurement> all) {
        all.add(new Measurement("echo, 1 in flight, us", () -> latency(bare.port(), "/echo", i -> new byte[KIB])));
        all.add(new Measurement("Node.put, 1 in flight, us", () -> onNewNode(this::putDirectly)));
        all.add(new Measurement("Node.get, 1 in flight, us", this::getDirectly));
        for (ClientEncoding encoding : ClientEncoding.values()) {
            List<byte[]> puts = puts(encoding, SEQUENTIAL);
            all.add(new Measurement(
                    "put " + encoding.label() + ", 1 in flight, us",
                    () -> onNewNode(fresh -> latency(fresh.port(), path(encoding), puts::get))));
            all.add(new Measurement(
                    "get " + encoding.label() + ", 1 in flight, us",
                    () -> latency(server.port(), path(encoding), gets(encoding))));
        }
    }

    private void addThroughputs(List<Measurement> all) {
        all.add(new Measurement("echo, 64 in flight, /s", () -> throughput(bare.port(), "/echo", i -> new byte[KIB])));
        all.add(new Measurement(
                "Node.put, 64 in flight, /s",
                () -> onNewNode(fresh -> {
                    List<Contract> contracts = contracts("many", PIPELINED);
                    return Measurement.throughput(PIPELINED, () -> putAll(fresh, contracts, IN_FLIGHT));
                })));
        all.add(new Measurement("Node.get, 64 in flight, /s", this::getManyDirectly));
        for (ClientEncoding encoding : ClientEncoding.values()) {
            List<byte[]> puts = puts(encoding, PIPELINED);
            all.add(new Measurement(
                    "put " + encoding.label() + ", 64 in flight, /s",
                    () -> onNewNode(fresh -> throughput(fresh.port(), path(encoding), puts::get))));
            all.add(new Measurement(
                    "get " + encoding.label() + ", 64 in flight, /s",
                    () -> throughput(server.port(), path(encoding), gets(encoding))));
        }
    }

    private void addLarge(List<Measurement> all) {
        all.add(new Measurement("bare 40 MiB, MB/s", () -> large(bare.port(), "/large", new byte[1], 0)));
        for (ClientEncoding encoding : ClientEncoding.values()) {
            byte[] get = encode(encoding, new ClientRequest.Get(LARGE_CONTRACT.id(), false, false, false));
            // One more chunk because of the message's other fields, and in the native encoding one stream header.
            int extraMessages = encoding == ClientEncoding.NATIVE ? 2 : 1;
            all.add(new Measurement(
                    "get of 40 MiB " + encoding.label() + ", MB/s",
                    () -> large(server.port(), path(encoding), get, extraMessages)));
        }
    }

    /** Runs a measurement on a new, empty node, because the number of hosted contracts is bounded. */
    private double[] onNewNode(Function<TestServer, double[]> measured) {
        try (TestServer fresh = TestServer.open(directory)) {
            return measured.apply(fresh);
        }
    }

    private double[] latency(int port, String path, IntFunction<byte[]> request) {
        try (BenchmarkSocket socket = BenchmarkSocket.connect(port, path)) {
            return Measurement.latency(SEQUENTIAL, i -> socket.exchange(request.apply(i), 1));
        }
    }

    private double[] throughput(int port, String path, IntFunction<byte[]> request) {
        Semaphore slots = new Semaphore(IN_FLIGHT);
        try (BenchmarkSocket socket = BenchmarkSocket.connect(port, path)) {
            socket.onReply(frame -> slots.release());
            return Measurement.throughput(PIPELINED, () -> {
                for (int i = 0; i < PIPELINED; i++) {
                    slots.acquireUninterruptibly();
                    socket.send(request.apply(i));
                }
                slots.acquireUninterruptibly(IN_FLIGHT);
            });
        }
    }

    /** Megabytes per second of the second answer, so that the setup of the connection is not measured. */
    private double[] large(int port, String path, byte[] request, int extraMessages) {
        try (BenchmarkSocket socket = BenchmarkSocket.connect(port, path)) {
            socket.exchange(request, LARGE / CHUNK + extraMessages);
            long start = System.nanoTime();
            socket.exchange(request, LARGE / CHUNK + extraMessages);
            return new double[] {LARGE / 1e6 / ((System.nanoTime() - start) / 1e9)};
        }
    }

    private double[] putDirectly(TestServer fresh) {
        List<Contract> contracts = contracts("one by one", SEQUENTIAL);
        return Measurement.latency(
                SEQUENTIAL, i -> fresh.node().put(contracts.get(i), state()).block(TIMEOUT));
    }

    private double[] getDirectly() {
        return Measurement.latency(
                SEQUENTIAL,
                i -> server.node().get(storedContracts.get(i % STORED).id()).block(TIMEOUT));
    }

    private double[] getManyDirectly() {
        return Measurement.throughput(
                PIPELINED,
                () -> Flux.range(0, PIPELINED)
                        .flatMap(
                                i -> server.node()
                                        .get(storedContracts.get(i % STORED).id()),
                                IN_FLIGHT)
                        .blockLast(TIMEOUT));
    }

    private static void putAll(TestServer server, List<Contract> contracts, int inFlight) {
        Long stored = server.node()
                .putAll(Flux.fromIterable(contracts).map(contract -> new PutRequest(contract, state())), inFlight)
                .filter(PutOutcome.Stored.class::isInstance)
                .count()
                .block(TIMEOUT);
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
        List<byte[]> gets = storedContracts.stream()
                .map(contract -> encode(encoding, new ClientRequest.Get(contract.id(), false, false, false)))
                .toList();
        return i -> gets.get(i % STORED);
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
