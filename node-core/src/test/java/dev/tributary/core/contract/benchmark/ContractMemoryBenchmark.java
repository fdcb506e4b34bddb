package dev.tributary.core.contract.benchmark;

import com.sun.management.ThreadMXBean;
import dev.tributary.core.contract.wasm.WasmRuntimes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.Reference;
import java.util.List;

/**
 * Measures the memory of contracts: the heap of a live instance, the allocations of a warm call, and the heap and
 * metaspace of a loaded module next to the node's estimate.
 */
final class ContractMemoryBenchmark {

    private static final int INSTANCES = 50;
    private static final int CALLS = 2000;
    private static final int MODULES = 100;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static void printHeader() {
        System.out.printf(
                "%n%-28s %13s %13s %13s %12s %15s %12s%n",
                "KiB", "live instance", "validate call", "update call", "module heap", "module metaspace", "estimated");
    }

    void print(String name, Contract contract, State held, State incoming, State valid) {
        double instance = liveBytes(contract);
        try (WasmRuntimes runtimes = WasmRuntimes.open()) {
            double validate = allocatedBytes(() -> runtimes.compiled().validate(contract, valid));
            double update =
                    allocatedBytes(() -> runtimes.compiled().merge(contract, held, new StateChange.Full(incoming)));
            long heap = heap();
            long metaspace = metaspace();
            long estimated = runtimes.compiled().usage().codeBytes();
            for (int i = 0; i < MODULES; i++) {
                Contract another = DistinctCode.of(contract, i);
                runtimes.compiled().validate(another, valid);
            }
            System.out.printf(
                    "%-28s %13.1f %13.1f %13.1f %12.1f %16.1f %12.1f%n",
                    name,
                    instance / 1024,
                    validate / 1024,
                    update / 1024,
                    (heap() - heap) / 1024.0 / MODULES,
                    (metaspace() - metaspace) / 1024.0 / MODULES,
                    (runtimes.compiled().usage().codeBytes() - estimated) / 1024.0 / MODULES);
        }
    }

    private static double liveBytes(Contract contract) {
        long before = heap();
        List<?> instances = WasmRuntimes.instances(contract, INSTANCES);
        try {
            return (heap() - before) / (double) INSTANCES;
        } finally {
            Reference.reachabilityFence(instances);
        }
    }

    private double allocatedBytes(Runnable call) {
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / (double) CALLS;
    }

    private static long heap() {
        // Twice, since the first collection leaves objects that are finalized.
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long metaspace() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool ->
                        pool.getName().contains("Metaspace") || pool.getName().contains("Class Space"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
