package dev.tributary.core.contract.benchmark;

import com.sun.management.OperatingSystemMXBean;
import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.standard.ImmutableBlob;
import dev.tributary.core.contract.standard.SignedCounter;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.contract.standard.SignedLog;
import dev.tributary.core.contract.standard.SignedWebsite;
import dev.tributary.core.contract.wasm.WasmRuntimes;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Measures the duration of calls of the standard contracts: the first call, which loads and compiles, and warm calls,
 * with compiled and interpreted slices alternating in one run; then their memory use. Arguments: the seconds for each
 * measurement, 2 by default, and a prefix of the names of the cases to run.
 */
public final class ContractBenchmark {

    private static final KeyPair KEYS = keys();
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final long nanos;
    private final String prefix;
    private final List<Case> cases = new ArrayList<>();

    private record Case(String name, Contract contract, State held, State incoming, State valid) {

        Case(String name, Contract contract, State held, State incoming) {
            this(name, contract, held, incoming, incoming);
        }

        /** True for the contract's case with about 1 KiB: the memory of the code does not depend on the state. */
        boolean isSmall() {
            return name.contains("1 KiB") || name.contains("1 entry");
        }
    }

    private interface Call {
        void run(ContractRuntime runtime);
    }

    private ContractBenchmark(long seconds, String prefix) {
        this.prefix = prefix;
        nanos = TimeUnit.SECONDS.toNanos(seconds);
    }

    public static void main(String[] args) {
        new ContractBenchmark(args.length == 0 ? 2 : Long.parseLong(args[0]), args.length < 2 ? "" : args[1]).run();
    }

    private void run() {
        cases.add(new Case(
                "floor, nothing", WasmRuntimes.baselineContract(), State.of(new byte[0]), State.of(new byte[0])));
        cases.add(new Case("floor, 1 MiB", WasmRuntimes.baselineContract(), noise(1 << 20), noise(1 << 20)));
        for (int size : new int[] {1 << 10, 1 << 20}) {
            String unit = size == 1 << 10 ? ", 1 KiB" : ", 1 MiB";
            Bytes content = noise(size).bytes();
            cases.add(new Case(
                    "blob" + unit,
                    ImmutableBlob.contract(content),
                    State.of(new byte[0]),
                    ImmutableBlob.state(content)));
            Contract document = SignedDocument.contract(KEYS.getPublic(), "benchmark");
            cases.add(new Case(
                    "document" + unit, document, document(document, 1, content), document(document, 2, content)));
            Contract website = SignedWebsite.contract(KEYS.getPublic(), "benchmark");
            cases.add(new Case("website" + unit, website, website(website, 1, content), website(website, 2, content)));
        }
        Contract log = SignedLog.contract(KEYS.getPublic(), "benchmark", 256, 4096);
        cases.add(new Case("log, 1 entry of 4 KiB", log, log(log, 1, 1), log(log, 2, 1)));
        State full = log(log, 1, 256);
        cases.add(new Case("log, 256 entries, 1 MiB", log, full, log(log, 257, 1), full));
        cases.add(counter("counter, 14 slots, 1 KiB", 14));
        cases.add(counter("counter, 256 slots, 19 KiB", 256));
        System.out.printf(
                "%-28s %-9s %9s %9s %10s %10s %10s %13s %10s%n",
                "case", "call", "first ms", "CPU ms", "median us", "p99 us", "CPU us", "interpreted", "CPU us");
        for (Case each : cases) {
            if (!each.name().startsWith(prefix)) {
                continue;
            }
            measure(each, "validate", runtime -> runtime.validate(each.contract(), each.valid()));
            measure(
                    each,
                    "update",
                    runtime -> runtime.merge(each.contract(), each.held(), new StateChange.Full(each.incoming())));
        }
        ContractMemoryBenchmark.printHeader();
        for (Case each : cases) {
            if (each.name().startsWith(prefix) && (each.name().startsWith("floor, n") || each.isSmall())) {
                new ContractMemoryBenchmark()
                        .print(each.name(), each.contract(), each.held(), each.incoming(), each.valid());
            }
        }
    }

    private void measure(Case each, String name, Call call) {
        try (WasmRuntimes runtimes = WasmRuntimes.open()) {
            long startNanos = System.nanoTime();
            long cpuBefore = PROCESS.getProcessCpuTime();
            call.run(runtimes.compiled());
            double first = (System.nanoTime() - startNanos) / 1e6;
            double firstCpu = (PROCESS.getProcessCpuTime() - cpuBefore) / 1e6;
            Timing compiled = new Timing();
            Timing interpreted = new Timing();
            new Timing().run(call, runtimes.compiled(), nanos);
            // The slices alternate, so that other load on the machine affects both.
            for (int slice = 0; slice < 4; slice++) {
                compiled.run(call, runtimes.compiled(), nanos / 4);
                interpreted.runIfInTime(call, runtimes.interpreted(), nanos / 4);
            }
            System.out.printf(
                    "%-28s %-9s %9.1f %9.1f %10.1f %10.1f %10.1f %13.1f %10.1f%n",
                    each.name(),
                    name,
                    first,
                    firstCpu,
                    compiled.micros(50),
                    compiled.micros(99),
                    compiled.processorMicros(),
                    interpreted.micros(50),
                    interpreted.processorMicros());
        }
    }

    /** Durations of calls, and their processor time, which depends less on other load on the machine. */
    private static final class Timing {

        private final Histogram histogram = new Histogram(3);
        private long processorNanos;

        void run(Call call, ContractRuntime runtime, long nanos) {
            long cpuBefore = THREADS.getCurrentThreadCpuTime();
            long end = System.nanoTime() + nanos;
            do {
                long startNanos = System.nanoTime();
                call.run(runtime);
                histogram.recordValue(System.nanoTime() - startNanos);
            } while (System.nanoTime() < end);
            processorNanos += THREADS.getCurrentThreadCpuTime() - cpuBefore;
        }

        /** Runs the calls, and resets the measurement if the interpreter exceeds the time limit of a call. */
        void runIfInTime(Call call, ContractRuntime runtime, long nanos) {
            try {
                run(call, runtime, nanos);
            } catch (ContractFailedException outOfTime) {
                histogram.reset();
                processorNanos = 0;
            }
        }

        double micros(double percentile) {
            return histogram.getValueAtPercentile(percentile) / 1e3;
        }

        double processorMicros() {
            return histogram.getTotalCount() == 0 ? 0 : processorNanos / 1e3 / histogram.getTotalCount();
        }
    }

    private static State document(Contract contract, long version, Bytes content) {
        return SignedDocument.state(contract, KEYS.getPrivate(), version, content);
    }

    private static State website(Contract contract, long version, Bytes content) {
        return SignedWebsite.state(contract, KEYS.getPrivate(), version, content);
    }

    private static State log(Contract contract, long from, int count) {
        SortedMap<Long, Bytes> entries = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            entries.put(from + i, noise(4020).bytes());
        }
        return SignedLog.state(contract, KEYS.getPrivate(), entries);
    }

    private static Case counter(String name, int slots) {
        List<PublicKey> writers = new ArrayList<>();
        for (int i = 0; i < slots; i++) {
            writers.add(KEYS.getPublic());
        }
        Contract contract = SignedCounter.contract(writers, "benchmark");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < slots; i++) {
            all.writeBytes(SignedCounter.slot(contract, KEYS.getPrivate(), i, 1)
                    .bytes()
                    .toArray());
        }
        State one = SignedCounter.slot(contract, KEYS.getPrivate(), 0, 2);
        return new Case(name, contract, one, State.of(all.toByteArray()));
    }

    private static State noise(int size) {
        byte[] noise = new byte[size];
        new Random(size).nextBytes(noise);
        return State.of(noise);
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
