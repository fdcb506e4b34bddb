package dev.tributary.transport.benchmark;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.transport.client.TestServer;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.web.WebArchive;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Measures the effect of hostile clients on another client: the latency of its sequential GETs of 1 KiB, alone and
 * while each attack of {@link HostileClientProcess} runs in a separate process, and the peak memory of the node's process:
 * heap after full collections, and direct memory at any time. Attackers and node share the processors, so the results
 * include the processor time of the attackers. Arguments: seconds per attack (6), and a word that selects attacks by
 * name.
 */
public final class HostileClientsBenchmark {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Duration SAMPLE_INTERVAL = Duration.ofMillis(2);
    private static final Duration COLLECTION_INTERVAL = Duration.ofMillis(300);
    private static final int COLLECTIONS = 5;
    private static final long RECOVERY_NANOS = Duration.ofSeconds(30).toNanos();
    private static final Contract CONTRACT = LastWriterWins.named("note");

    private final AtomicLong direct = new AtomicLong();
    private final AtomicBoolean finished = new AtomicBoolean();
    private final TestServer server;
    private final long nanos;

    private HostileClientsBenchmark(TestServer server, long nanos) {
        this.server = server;
        this.nanos = nanos;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        long seconds = args.length > 0 ? Long.parseLong(args[0]) : 6;
        String word = args.length > 1 ? args[1] : "";
        try (TestServer server = TestServer.open(Files.createTempDirectory("hostile-clients-benchmark"))) {
            new HostileClientsBenchmark(server, Duration.ofSeconds(seconds).toNanos()).run(word);
        }
    }

    private void run(String word) throws IOException, InterruptedException {
        server.node().put(CONTRACT, LastWriterWins.state(1, new byte[1016])).block(TIMEOUT);
        server.node()
                .put(HostileClientProcess.LARGE, LastWriterWins.state(1, new byte[HostileClientProcess.LARGE_BYTES]))
                .block(TIMEOUT);
        server.node()
                .put(
                        HostileClientProcess.BOMB,
                        new WebArchive().zeros("bomb", 1L << 30).state(1))
                .block(TIMEOUT);
        watchMemory();
        // Warms up, so that compilation does not distort the first measurement.
        measureGets(nanos);
        System.out.printf(
                "%-28s %9s %9s %9s %9s %9s %9s%n",
                "a client's GETs", "p50 ms", "p99 ms", "max ms", "/s", "heap MB", "direct MB");
        print("alone", measureGets(nanos));
        for (String attack : HostileClientProcess.names()) {
            if (attack.contains(word)) {
                measureDuring(attack);
            }
        }
        print("alone again", measureGets(nanos));
        finished.set(true);
    }

    private void measureDuring(String attack) throws IOException, InterruptedException {
        Process attacker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostileClientProcess.class.getName(),
                        Integer.toString(server.port()),
                        attack)
                .redirectError(ProcessBuilder.Redirect.appendTo(new File("/dev/null")))
                .start();
        try (BufferedReader output = attacker.inputReader(StandardCharsets.UTF_8)) {
            output.readLine();
            direct.set(0);
            Histogram times = measureGets(nanos);
            print(attack, times);
        } finally {
            attacker.destroyForcibly().waitFor();
        }
        long end = System.nanoTime() + RECOVERY_NANOS;
        while (server.server().status().connections() > 0
                || server.server().status().heldBytes() > 0) {
            LockSupport.parkNanos(SAMPLE_INTERVAL.toNanos());
            if (System.nanoTime() > end) {
                System.out.println(
                        "  resources not released: " + server.server().status());
                return;
            }
        }
    }

    private Histogram measureGets(long nanos) {
        ClientRequest request = new ClientRequest.Get(CONTRACT.id(), false, false, false);
        byte[] get = ClientEncoding.NATIVE.codec().encodeRequest(request);
        Histogram times = new Histogram(3);
        try (BenchmarkSocket socket =
                BenchmarkSocket.connect(server.port(), "/v1/contract/command?encodingProtocol=native")) {
            for (long end = System.nanoTime() + nanos; System.nanoTime() < end; ) {
                long start = System.nanoTime();
                socket.exchange(get, 1);
                times.recordValue(System.nanoTime() - start);
            }
        }
        return times;
    }

    private void print(String attack, Histogram times) {
        System.out.printf(
                "%-28s %9.2f %9.2f %9.2f %9.0f %9d %9d%n",
                attack,
                times.getValueAtPercentile(50) / 1e6,
                times.getValueAtPercentile(99) / 1e6,
                times.getMaxValue() / 1e6,
                times.getTotalCount() / (nanos / 1e9),
                heap() >> 20,
                direct.get() >> 20);
    }

    /** Samples the peak of direct memory frequently, since it changes quickly. */
    private void watchMemory() {
        Thread sampler = new Thread(
                () -> {
                    while (!finished.get()) {
                        direct.accumulateAndGet(MemoryUsage.now().direct(), Math::max);
                        LockSupport.parkNanos(SAMPLE_INTERVAL.toNanos());
                    }
                },
                "memory");
        sampler.setDaemon(true);
        sampler.start();
    }

    /** Maximum heap in use after several full collections during the attack. */
    private static long heap() {
        long maximum = 0;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            maximum = Math.max(maximum, MemoryUsage.now().heap());
            LockSupport.parkNanos(COLLECTION_INTERVAL.toNanos());
        }
        return maximum;
    }
}
