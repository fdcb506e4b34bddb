package dev.tributary.app.node;

import dev.tributary.core.limit.MemoryPlan;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** The heap and the collectors of this process. Reading allocates nothing. Thread-safe. */
final class ProcessCollectors implements CollectorLoad.Source {

    private final GarbageCollectorMXBean[] collectors;
    private final long maxBytes;

    private ProcessCollectors(GarbageCollectorMXBean[] collectors, long maxBytes) {
        this.collectors = collectors;
        this.maxBytes = maxBytes;
    }

    static ProcessCollectors create() {
        GarbageCollectorMXBean[] stopping = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(bean -> !runsBesideTheProcess(bean.getName()))
                .toArray(GarbageCollectorMXBean[]::new);
        return new ProcessCollectors(stopping, MemoryPlan.ofThisProcess().heap());
    }

    /** The time of concurrent work is no time in which the process stood still. */
    private static boolean runsBesideTheProcess(String name) {
        return name.contains("Concurrent") || name.endsWith("Cycles");
    }

    @Override
    public long collectionMillis() {
        long sum = 0;
        for (GarbageCollectorMXBean each : collectors) {
            sum += Math.max(0, each.getCollectionTime());
        }
        return sum;
    }

    @Override
    public long freeBytes() {
        Runtime runtime = Runtime.getRuntime();
        return maxBytes - (runtime.totalMemory() - runtime.freeMemory());
    }

    @Override
    public long maxBytes() {
        return maxBytes;
    }
}
