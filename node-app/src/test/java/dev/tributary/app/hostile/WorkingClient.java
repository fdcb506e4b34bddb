package dev.tributary.app.hostile;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.StateChange;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.NodeClientConfig;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * An honest client of one node: it puts, updates and gets registers of its own in turn, one operation after the other, and
 * remembers the last version of each that the node acknowledged. For one thread.
 */
final class WorkingClient {

    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final int REGISTERS = 100;
    private static final int CONTENT = 1000;

    private final String name;
    private final NodeClient node;
    private final Map<Integer, Long> acknowledged = new TreeMap<>();
    private final Map<String, Integer> failures = new TreeMap<>();
    private final Histogram times = new Histogram(3);
    private final Histogram getTimes = new Histogram(3);
    private int done;
    private long nextVersion = 1;

    WorkingClient(String name, int clientPort) {
        this.name = name;
        this.node = NodeClient.open(NodeClientConfig.parse("ws://127.0.0.1:" + clientPort));
    }

    /** Works until then, in the time of {@link System#nanoTime()}. */
    void workUntil(long end) {
        while (System.nanoTime() < end) {
            int register = ThreadLocalRandom.current().nextInt(REGISTERS);
            long version = nextVersion++;
            try {
                work(register, version);
                done++;
            } catch (RuntimeException failed) {
                failures.merge(reason(failed), 1, Integer::sum);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void work(int register, long version) {
        Contract contract = contract(register);
        long start = System.nanoTime();
        if (!acknowledged.containsKey(register)) {
            node.put(contract, LastWriterWins.state(version, content(version))).block(TIMEOUT);
            acknowledged.put(register, version);
        } else if (version % 2 == 0) {
            node.update(contract.id(), new StateChange.Full(LastWriterWins.state(version, content(version))))
                    .block(TIMEOUT);
            acknowledged.put(register, version);
        } else {
            requireHeld(node, register);
            getTimes.recordValue(System.nanoTime() - start);
        }
        times.recordValue(System.nanoTime() - start);
    }

    /** Number of acknowledged registers that another node does not return, or returns with an older version. */
    int lostAt(NodeClient other) {
        int lost = 0;
        for (int register : acknowledged.keySet()) {
            lost += isHeld(other, register) ? 0 : 1;
        }
        return lost;
    }

    /** A new node of the path may take a moment, so a second and a third attempt count too. */
    private boolean isHeld(NodeClient other, int register) {
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                requireHeld(other, register);
                return true;
            } catch (RuntimeException failed) {
                if (attempt == 2) {
                    System.out.println("  " + name + " register " + register + " version " + acknowledged.get(register)
                            + ": " + reason(failed));
                }
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
        }
        return false;
    }

    private void requireHeld(NodeClient at, int register) {
        ClientAnswer.GetAnswer answer =
                at.get(contract(register).id()).blockOptional(TIMEOUT).orElse(null);
        if (answer == null) {
            throw new IllegalStateException("not found");
        }
        long version = answer.state().bytes().toBuffer().getLong();
        long expected = acknowledged.getOrDefault(register, 0L);
        if (version < expected) {
            throw new IllegalStateException("an older version");
        }
    }

    /** Clears the times and the failures; what is acknowledged stays. */
    void startPhase() {
        times.reset();
        getTimes.reset();
        failures.clear();
        done = 0;
    }

    NodeClient node() {
        return node;
    }

    int done() {
        return done;
    }

    Map<String, Integer> failures() {
        return failures;
    }

    Histogram times() {
        return times;
    }

    Histogram getTimes() {
        return getTimes;
    }

    int acknowledged() {
        return acknowledged.size();
    }

    private Contract contract(int register) {
        return LastWriterWins.named("soak " + name + " " + register);
    }

    private static byte[] content(long version) {
        return ByteBuffer.allocate(CONTENT).putLong(version).array();
    }

    private static String reason(RuntimeException failed) {
        String message = String.valueOf(failed.getMessage()).replaceAll("[0-9A-Za-z]{30,}", "*");
        return failed.getClass().getSimpleName() + " " + message.replaceAll("[0-9]+", "#");
    }
}
