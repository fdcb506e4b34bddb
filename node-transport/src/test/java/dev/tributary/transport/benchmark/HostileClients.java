package dev.tributary.transport.benchmark;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.transport.client.TestDoor;
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
 * What one client notices of others that are hostile: the latency of its GETs of 1 KiB, one after the other, alone and while
 * each attack of {@link HostileAttack} runs in a process of its own, and the most memory that the door's process had: the
 * heap after full collections, and direct memory at any time. Attackers and door share the processors, so the attacks
 * cost what they take of those too. Arguments: seconds for each (6), and a word that the names of the attacks have.
 */
public final class HostileClients {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SAMPLE = Duration.ofMillis(2);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final int COLLECTIONS = 5;
    private static final long RECOVERY = Duration.ofSeconds(30).toNanos();
    private static final Contract NOTE = LastWriterWins.named("note");

    private final AtomicLong direct = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();
    private final TestDoor door;
    private final long nanos;

    private HostileClients(TestDoor door, long nanos) {
        this.door = door;
        this.nanos = nanos;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        long seconds = args.length > 0 ? Long.parseLong(args[0]) : 6;
        String word = args.length > 1 ? args[1] : "";
        try (TestDoor door = TestDoor.open(Files.createTempDirectory("hostile-clients"))) {
            new HostileClients(door, Duration.ofSeconds(seconds).toNanos()).run(word);
        }
    }

    private void run(String word) throws IOException, InterruptedException {
        door.node().put(NOTE, LastWriterWins.state(1, new byte[1016])).block(LONG);
        door.node()
                .put(HostileAttack.LARGE, LastWriterWins.state(1, new byte[HostileAttack.LARGE_BYTES]))
                .block(LONG);
        door.node()
                .put(
                        HostileAttack.BOMB,
                        new WebArchive().zeros("bomb", 1L << 30).state(1))
                .block(LONG);
        watchMemory();
        // What is compiled only later would count for whoever comes first.
        ask(nanos);
        System.out.printf(
                "%-28s %9s %9s %9s %9s %9s %9s%n",
                "a client's GETs", "p50 ms", "p99 ms", "max ms", "/s", "heap MB", "direct MB");
        print("alone", ask(nanos));
        for (String attack : HostileAttack.names()) {
            if (attack.contains(word)) {
                during(attack);
            }
        }
        print("alone again", ask(nanos));
        over.set(true);
    }

    private void during(String attack) throws IOException, InterruptedException {
        Process attacker = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostileAttack.class.getName(),
                        Integer.toString(door.port()),
                        attack)
                .redirectError(ProcessBuilder.Redirect.appendTo(new File("/dev/null")))
                .start();
        try (BufferedReader said = attacker.inputReader(StandardCharsets.UTF_8)) {
            said.readLine();
            direct.set(0);
            Histogram times = ask(nanos);
            print(attack, times);
        } finally {
            attacker.destroyForcibly().waitFor();
        }
        long end = System.nanoTime() + RECOVERY;
        while (door.door().status().connections() > 0 || door.door().status().heldBytes() > 0) {
            LockSupport.parkNanos(SAMPLE.toNanos());
            if (System.nanoTime() > end) {
                System.out.println("  something is left: " + door.door().status());
                return;
            }
        }
    }

    private Histogram ask(long nanos) {
        byte[] get = ClientEncoding.NATIVE.codec().encodeRequest(new ClientRequest.Get(NOTE.id(), false, false, false));
        Histogram times = new Histogram(3);
        try (DoorSocket socket = DoorSocket.connect(door.port(), "/v1/contract/command?encodingProtocol=native")) {
            for (long end = System.nanoTime() + nanos; System.nanoTime() < end; ) {
                long start = System.nanoTime();
                socket.ask(get, 1);
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

    /** The most that was in use of direct memory is looked at often, since it comes and goes. */
    private void watchMemory() {
        Thread sampler = new Thread(
                () -> {
                    while (!over.get()) {
                        direct.accumulateAndGet(Memory.now().direct(), Math::max);
                        LockSupport.parkNanos(SAMPLE.toNanos());
                    }
                },
                "memory");
        sampler.setDaemon(true);
        sampler.start();
    }

    /** What is left of the heap by full collections, the most of some, while the attack goes on. */
    private static long heap() {
        long most = 0;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            most = Math.max(most, Memory.now().heap());
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return most;
    }
}
