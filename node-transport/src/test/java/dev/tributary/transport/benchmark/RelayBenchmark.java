package dev.tributary.transport.benchmark;

import dev.tributary.core.Node;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Measures what contracts cost a relay that nothing but their writer wants: a chain of three nodes over loopback TLS, and 200
 * registers of 1 KiB to which a client of the first node writes 50 times a second each, through the second to the third,
 * without a subscriber. A client of the second node updates and reads a contract of its own, one request after the other.
 * Arguments: seconds before and during the flood (20), writes a second of each register (50).
 */
public final class RelayBenchmark {

    private static final int CONTRACTS = 200;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final BenchmarkNodes nodes = BenchmarkNodes.chain(3);
    private final List<Contract> contracts =
            nodes.contractsTowardsTheEnd().limit(CONTRACTS + 1).toList();
    private final Contract own = contracts.get(CONTRACTS);
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private long version;

    private RelayBenchmark() {}

    public static void main(String[] args) {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        int rate = args.length > 1 ? Integer.parseInt(args[1]) : 50;
        new RelayBenchmark().run(Duration.ofSeconds(seconds), rate);
    }

    private void run(Duration time, int rate) {
        contracts.forEach(each -> nodes.first().put(each, state(0)).block(TIMEOUT));
        measure(time);
        print("before", measure(time), time);
        Thread writer = new Thread(() -> write(time.multipliedBy(2), rate), "writer");
        writer.start();
        measure(time);
        print("during", measure(time), time);
        System.out.printf("%d written, %d refused%n", written.get(), refused.get());
        nodes.stop();
    }

    private void write(Duration time, int rate) {
        long start = System.nanoTime();
        long due = 0;
        for (long sent = 0; due < time.toNanos(); sent++) {
            due = sent * 1_000_000_000L / ((long) rate * CONTRACTS);
            while (System.nanoTime() - start < due) {
                LockSupport.parkNanos(1_000_000);
            }
            Contract contract = contracts.get((int) (sent % CONTRACTS));
            nodes.first()
                    .update(contract.id(), new StateChange.Full(state(sent + 1)))
                    .subscribe(receipt -> written.incrementAndGet(), failure -> refused.incrementAndGet());
        }
    }

    /** The times of UPDATEs and of GETs in nanoseconds, and the processor time of the whole process. */
    private record Measured(Histogram updates, Histogram gets, long processorNanos) {}

    private Measured measure(Duration time) {
        Node relay = nodes.get(1);
        Histogram updates = new Histogram(3);
        Histogram gets = new Histogram(3);
        long processor = processorNanos();
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            long start = System.nanoTime();
            relay.update(own.id(), new StateChange.Full(state(++version))).block(TIMEOUT);
            long updated = System.nanoTime();
            relay.get(own.id()).block(TIMEOUT);
            updates.recordValue(updated - start);
            gets.recordValue(System.nanoTime() - updated);
            LockSupport.parkNanos(1_000_000);
        }
        return new Measured(updates, gets, processorNanos() - processor);
    }

    private static void print(String when, Measured measured, Duration time) {
        System.out.printf(
                "%s: UPDATE p50/p99 %d/%d us, GET %d/%d us, %.2f processors for three nodes%n",
                when,
                measured.updates.getValueAtPercentile(50) / 1000,
                measured.updates.getValueAtPercentile(99) / 1000,
                measured.gets.getValueAtPercentile(50) / 1000,
                measured.gets.getValueAtPercentile(99) / 1000,
                (double) measured.processorNanos / time.toNanos());
    }

    private static long processorNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static State state(long version) {
        return LastWriterWins.state(version, new byte[1024 - Long.BYTES]);
    }
}
