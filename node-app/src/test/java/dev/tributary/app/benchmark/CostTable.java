package dev.tributary.app.benchmark;

import java.util.function.Supplier;

/** Prints one row for each measurement: times of the operations, and what all nodes used for each of them. */
final class CostTable {

    private final String title;
    private final DaemonNetwork network;

    CostTable(String title, DaemonNetwork network) {
        this.title = title;
        this.network = network;
    }

    static void printHeader() {
        System.out.printf(
                "%-10s %-54s %6s %8s %8s %8s %8s %6s %9s %9s%n",
                "", "", "n", "p50 ms", "p99 ms", "/s", "CPU ms", "JIT %", "switches", "lo KiB");
    }

    void print(String name, Supplier<OperationTimes> measurement) {
        ProcessCosts before = network.costs();
        OperationTimes times = measurement.get();
        ProcessCosts used = network.costs().since(before);
        double count = times.count();
        System.out.printf(
                "%-10s %-54s %6d %8.2f %8.2f %8.0f %8.2f %6.0f %9.1f %9.1f%s%n",
                title,
                name,
                times.count(),
                times.millis(50),
                times.millis(99),
                times.perSecond(),
                used.cpuMillis() / count,
                100.0 * used.compilerMillis() / Math.max(1, used.cpuMillis()),
                used.switches() / count,
                used.loopbackBytes() / 1024.0 / count,
                times.failed() == 0 ? "" : "  failed " + times.failed());
    }
}
